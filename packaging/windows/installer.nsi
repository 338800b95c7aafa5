; The Windows installer: for one user, without administrator rights. Compiled by makensis with
;   -DNAME -DTITLE -DVERSION -DPUBLISHER -DHOMEPAGE -DFOLDER (frozen) -DICON -DOUT -DASSOCIATIONS -DKIB
; The law: everything is written below the user's own folders and HKEY_CURRENT_USER; the
; uninstaller removes what was installed and asks before it touches data.

Unicode true
SetCompressor /SOLID ${COMPRESSOR}
RequestExecutionLevel user
ManifestDPIAware true
Name "${TITLE}"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\${TITLE}"
InstallDirRegKey HKCU "Software\${TITLE}" "Folder"
BrandingText "${TITLE} ${VERSION}"

!include "MUI2.nsh"
!include "FileFunc.nsh"
!include "LogicLib.nsh"
!include "WinVer.nsh"
!include "WordFunc.nsh"

!define UNINSTALL "Software\Microsoft\Windows\CurrentVersion\Uninstall\${TITLE}"
!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_ABORTWARNING
!define MUI_LANGDLL_ALLLANGUAGES
; Asked once: an update and the uninstaller speak the language of the first time.
!define MUI_LANGDLL_REGISTRY_ROOT HKCU
!define MUI_LANGDLL_REGISTRY_KEY "Software\${TITLE}"
!define MUI_LANGDLL_REGISTRY_VALUENAME "Language"
!define MUI_FINISHPAGE_RUN "$INSTDIR\${NAME}.exe"

!insertmacro MUI_PAGE_WELCOME
!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MUI_PAGE_COMPONENTS
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"
!insertmacro MUI_LANGUAGE "Korean"

VIProductVersion "${VERSION}.0"
VIAddVersionKey /LANG=${LANG_ENGLISH} "ProductName" "${TITLE}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "FileDescription" "${TITLE} Setup"
VIAddVersionKey /LANG=${LANG_ENGLISH} "FileVersion" "${VERSION}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "ProductVersion" "${VERSION}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "CompanyName" "${PUBLISHER}"
VIAddVersionKey /LANG=${LANG_ENGLISH} "LegalCopyright" "Apache-2.0"

LangString PROGRAM ${LANG_ENGLISH} "${TITLE} and its entry in the Start menu"
LangString PROGRAM ${LANG_KOREAN} "${TITLE}와(과) 시작 메뉴 바로 가기"
LangString OPENING ${LANG_ENGLISH} "Offer ${TITLE} under “Open with” for documents"
LangString OPENING ${LANG_KOREAN} "문서의 ‘연결 프로그램’에 ${TITLE} 표시"
LangString DESKTOP ${LANG_ENGLISH} "Shortcut on the desktop"
LangString DESKTOP ${LANG_KOREAN} "바탕 화면 바로 가기"
LangString RUNNING ${LANG_ENGLISH} "${TITLE} is running. Close it, then choose Retry."
LangString RUNNING ${LANG_KOREAN} "${TITLE}가 실행 중입니다. 닫은 뒤 [다시 시도]를 눌러 주세요."
LangString OLDER ${LANG_ENGLISH} "A newer version of ${TITLE} is installed. An older one could not open its data. Remove the newer one first if you really want this one."
LangString OLDER ${LANG_KOREAN} "더 새로운 ${TITLE}가 설치되어 있습니다. 이전 버전은 그 데이터를 열지 못합니다. 꼭 이 버전을 쓰려면 먼저 새 버전을 제거해 주세요."
LangString OLD ${LANG_ENGLISH} "${TITLE} needs a 64-bit Windows 10, version 1809, or newer."
LangString OLD ${LANG_KOREAN} "${TITLE}를 쓰려면 64비트 Windows 10 버전 1809 이상이 필요합니다."
LangString WRITE ${LANG_ENGLISH} "$INSTDIR cannot be written to. Choose another folder."
LangString WRITE ${LANG_KOREAN} "$INSTDIR 폴더에 쓸 수 없습니다. 다른 폴더를 골라 주세요."
LangString DATA ${LANG_ENGLISH} "Delete your conversations, translations, library and downloaded models, too? They are in:$\r$\n$LOCALAPPDATA\${TITLE}$\r$\n$\r$\nThis cannot be undone. Choose No to keep them."
LangString DATA ${LANG_KOREAN} "대화, 번역, 서재, 내려받은 모델도 지울까요? 다음 폴더에 있습니다.$\r$\n$LOCALAPPDATA\${TITLE}$\r$\n$\r$\n되돌릴 수 없습니다. 그대로 두려면 [아니요]를 누르세요."

; Whether the program may be replaced: Windows refuses to open a running one for writing.
!macro WAIT_UNTIL_CLOSED
  ${Do}
    ${IfNot} ${FileExists} "$INSTDIR\${NAME}.exe"
      ${ExitDo}
    ${EndIf}
    ClearErrors
    FileOpen $0 "$INSTDIR\${NAME}.exe" a
    ${IfNot} ${Errors}
      FileClose $0
      ${ExitDo}
    ${EndIf}
    MessageBox MB_RETRYCANCEL|MB_ICONEXCLAMATION "$(RUNNING)" /SD IDCANCEL IDRETRY +3
    SetErrorLevel 2
    Quit
    Nop
  ${Loop}
!macroend

; Files of an earlier version that this one no longer has would be loaded by it.
!macro REMOVE_PROGRAM
  RMDir /r "$INSTDIR\_internal"
  Delete "$INSTDIR\${NAME}.exe"
  Delete "$INSTDIR\${NAME}-cli.exe"
!macroend

Section "-program"
  SectionIn RO
  SetOutPath "$INSTDIR"
  ClearErrors
  FileOpen $0 "$INSTDIR\.writable" w
  ${If} ${Errors}
    MessageBox MB_OK|MB_ICONSTOP "$(WRITE)" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  FileClose $0
  Delete "$INSTDIR\.writable"
  !insertmacro WAIT_UNTIL_CLOSED
  !insertmacro REMOVE_PROGRAM
  File /r "${FOLDER}/*"
  WriteUninstaller "$INSTDIR\uninstall.exe"
  CreateShortcut "$SMPROGRAMS\${TITLE}.lnk" "$INSTDIR\${NAME}.exe"
  WriteRegStr HKCU "Software\${TITLE}" "Folder" "$INSTDIR"
  WriteRegStr HKCU "Software\${TITLE}" "Version" "${VERSION}"
  !insertmacro MUI_LANGDLL_SAVELANGUAGE
  WriteRegStr HKCU "${UNINSTALL}" "DisplayName" "${TITLE}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayVersion" "${VERSION}"
  WriteRegStr HKCU "${UNINSTALL}" "Publisher" "${PUBLISHER}"
  WriteRegStr HKCU "${UNINSTALL}" "URLInfoAbout" "${HOMEPAGE}"
  WriteRegStr HKCU "${UNINSTALL}" "DisplayIcon" "$INSTDIR\${NAME}.exe"
  WriteRegStr HKCU "${UNINSTALL}" "InstallLocation" "$INSTDIR"
  WriteRegStr HKCU "${UNINSTALL}" "UninstallString" '"$INSTDIR\uninstall.exe"'
  WriteRegStr HKCU "${UNINSTALL}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
  WriteRegDWORD HKCU "${UNINSTALL}" "EstimatedSize" ${KIB}
  WriteRegDWORD HKCU "${UNINSTALL}" "NoModify" 1
  WriteRegDWORD HKCU "${UNINSTALL}" "NoRepair" 1
SectionEnd

Section /o "Open with" opening
  WriteRegStr HKCU "Software\Classes\${NAME}.document" "" "${TITLE}"
  WriteRegStr HKCU "Software\Classes\${NAME}.document\DefaultIcon" "" "$INSTDIR\${NAME}.exe,0"
  WriteRegStr HKCU "Software\Classes\${NAME}.document\shell\open\command" "" '"$INSTDIR\${NAME}.exe" "%1"'
  !include "${ASSOCIATIONS}"
  ${RefreshShellIcons}
SectionEnd

Section /o "Desktop" desktop
  CreateShortcut "$DESKTOP\${TITLE}.lnk" "$INSTDIR\${NAME}.exe"
SectionEnd

!insertmacro MUI_FUNCTION_DESCRIPTION_BEGIN
  !insertmacro MUI_DESCRIPTION_TEXT ${opening} "$(OPENING)"
  !insertmacro MUI_DESCRIPTION_TEXT ${desktop} "$(DESKTOP)"
!insertmacro MUI_FUNCTION_DESCRIPTION_END

Function .onInit
  !insertmacro MUI_LANGDLL_DISPLAY
  SectionSetText ${opening} "$(OPENING)"
  SectionSetText ${desktop} "$(DESKTOP)"
  ReadEnvStr $0 "PROCESSOR_ARCHITEW6432"
  ReadEnvStr $1 "PROCESSOR_ARCHITECTURE"
  ${If} $0 == ""
  ${AndIf} $1 == "x86"
  ${OrIfNot} ${AtLeastBuild} 17763 ; what Qt 6.11 needs
    MessageBox MB_OK|MB_ICONSTOP "$(OLD)" /SD IDOK
    SetErrorLevel 2
    Quit
  ${EndIf}
  ; Versions are compared number by number.
  ReadRegStr $0 HKCU "Software\${TITLE}" "Version"
  ${If} $0 != ""
    ${VersionCompare} "$0" "${VERSION}" $1
    ${If} $1 == 1
      MessageBox MB_OK|MB_ICONSTOP "$(OLDER)" /SD IDOK
      SetErrorLevel 2
      Quit
    ${EndIf}
  ${EndIf}
FunctionEnd

Function un.onInit
  !insertmacro MUI_UNGETLANGUAGE
  !insertmacro WAIT_UNTIL_CLOSED
FunctionEnd

Section "Uninstall"
  !define REMOVING
  !include "${ASSOCIATIONS}"
  DeleteRegKey HKCU "Software\Classes\${NAME}.document"
  DeleteRegKey HKCU "Software\Classes\Applications\${NAME}.exe"
  ${RefreshShellIcons}
  Delete "$SMPROGRAMS\${TITLE}.lnk"
  Delete "$DESKTOP\${TITLE}.lnk"
  !insertmacro REMOVE_PROGRAM
  Delete "$INSTDIR\uninstall.exe"
  RMDir "$INSTDIR"
  DeleteRegKey HKCU "${UNINSTALL}"
  DeleteRegKey HKCU "Software\${TITLE}"
  ; Without a person to ask, data stays.
  MessageBox MB_YESNO|MB_ICONQUESTION|MB_DEFBUTTON2 "$(DATA)" /SD IDNO IDNO kept
  RMDir /r "$LOCALAPPDATA\${TITLE}"
  kept:
SectionEnd
