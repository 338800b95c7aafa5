#!/bin/sh
# @TITLE@ @VERSION@ for Linux (@MACHINE@). Installs itself for you alone; needs no administrator.
#
#   sh THIS_FILE                     install for this user
#   sh THIS_FILE --extract FOLDER    only unpack: a portable copy
#   sh THIS_FILE --check             is this file whole?
#   sh THIS_FILE --uninstall         remove the program; your data stays
set -eu

case "${LC_ALL:-${LC_MESSAGES:-${LANG:-}}}" in ko*) korean=1 ;; *) korean=0 ;; esac

say() { if [ "$korean" = 1 ]; then printf '%s\n' "$2"; else printf '%s\n' "$1"; fi; }
fail() { say "$1" "$2" >&2; exit 1; }

self=$0
home=${HOME:?}
data=${XDG_DATA_HOME:-$home/.local/share}
place=$home/.local/lib/@NAME@
launcher=$home/.local/bin/@NAME@

check() {
    found=$(tail -c +"$start" "$self" | sha256sum | cut -d ' ' -f 1)
    [ "$found" = "@SHA@" ] || fail \
        "This file is damaged: it was not downloaded completely. Download it again." \
        "파일이 손상되었습니다. 다 내려받아지지 않았으니 다시 내려받아 주세요."
}

# Where there is not yet a folder, the nearest one above it says how much room there is.
room() {
    near=$1
    while [ ! -d "$near" ]; do near=$(dirname "$near"); done
    [ -w "$near" ] || fail \
        "$near cannot be written to. Choose another folder: sh $self --extract FOLDER" \
        "$near 폴더에 쓸 수 없습니다. 다른 폴더를 고르세요: sh $self --extract 폴더"
    free=$(df -Pk "$near" | awk 'NR == 2 { print $4 }')
    [ "$free" -gt @KIB@ ] || fail \
        "There is not enough room in $near: $((@KIB@ / 1024)) MB are needed, $((free / 1024)) MB are free." \
        "$near에 공간이 부족합니다. $((@KIB@ / 1024))MB가 필요한데 $((free / 1024))MB가 남아 있습니다."
}

# Unpacks beside the goal and moves it there when it is whole; nothing half made is left.
unpack() {
    goal=$1
    room "$goal"
    mkdir -p "$(dirname "$goal")"
    draft=$(mktemp -d "$(dirname "$goal")/.@NAME@-XXXXXX")
    trap 'rm -rf "$draft"' EXIT
    trap 'exit 130' INT TERM HUP
    tail -c +"$start" "$self" | tar -xJf - -C "$draft" || fail \
        "The program could not be unpacked to $goal. Nothing was installed." \
        "$goal에 프로그램을 풀지 못했습니다. 아무것도 설치되지 않았습니다."
    chmod 755 "$draft"
    "$draft/program/@NAME@" --version >/dev/null 2>&1 || fail \
        "The program does not start from $goal: the folder may forbid programs (noexec), or this system is older than the program needs." \
        "$goal에서 프로그램이 시작되지 않습니다. 그 폴더에서 실행이 금지되어 있거나(noexec), 시스템이 너무 오래되었습니다."
}

put() { # draft to goal, in place of what an earlier installation put there
    [ ! -e "$2" ] || { [ -e "$2/program/@NAME@" ] && [ -e "$2/share" ]; } || fail \
        "$2 is there already and is not @TITLE@. Choose another folder." \
        "$2 폴더가 이미 있으며 @TITLE@가 아닙니다. 다른 폴더를 골라 주세요."
    if [ -e "$2" ]; then
        mv "$2" "$1.old"
        mv "$1" "$2"
        rm -rf "$1.old"
    else
        mv "$1" "$2"
    fi
}

refresh() {
    if command -v update-desktop-database >/dev/null; then update-desktop-database -q "$data/applications" || :; fi
    if command -v update-mime-database >/dev/null; then update-mime-database "$data/mime" >/dev/null 2>&1 || :; fi
    if command -v gtk-update-icon-cache >/dev/null; then gtk-update-icon-cache -q -t "$data/icons/hicolor" 2>/dev/null || :; fi
}

install() {
    unpack "$place"
    put "$draft" "$place"
    mkdir -p "$data" "$(dirname "$launcher")"
    (cd "$place/share" && find . -type f) | while read -r file; do
        mkdir -p "$data/$(dirname "$file")"
        cp "$place/share/$file" "$data/$file"
    done
    desktop=$data/applications/@NAME@.desktop
    # A path in a desktop file is quoted in Exec and bare in TryExec; \ and & mean something to sed.
    named=$(printf '%s' "$launcher" | sed 's/[\\&|]/\\&/g')
    sed -i -e "s|^Exec=__LAUNCHER__|Exec=\"$named\"|" -e "s|^TryExec=__LAUNCHER__|TryExec=$named|" "$desktop"
    ln -sfn ../lib/@NAME@/program/@NAME@ "$launcher"
    refresh
    say "@TITLE@ @VERSION@ is installed in $place. Start it from the menu, or with $launcher" \
        "@TITLE@ @VERSION@을(를) $place에 설치했습니다. 메뉴에서 시작하거나 $launcher를 실행하세요."
}

uninstall() {
    [ -d "$place/share" ] || fail "@TITLE@ is not installed in $place." "$place에 @TITLE@가 설치되어 있지 않습니다."
    (cd "$place/share" && find . -type f) | while read -r file; do rm -f "$data/$file"; done
    rm -f "$launcher"
    rm -rf "$place"
    refresh
    say "@TITLE@ was removed. Your data is still in $data/MoA Desk; delete that folder if you want it gone, too." \
        "@TITLE@를 제거했습니다. 데이터는 $data/MoA Desk에 그대로 있습니다. 데이터까지 지우려면 그 폴더를 삭제하세요."
}

start=$(awk '/^@PAYLOAD@$/ { print NR + 1; exit }' "$self")
start=$(($(head -n "$((start - 1))" "$self" | wc -c) + 1))

case "${1:-}" in
    --uninstall) uninstall; exit 0 ;;
    --help | -h) sed -n '2,7s/^# \{0,1\}//p' "$self"; exit 0 ;;
esac
[ "$(uname -m)" = "@MACHINE@" ] || fail \
    "This file is for @MACHINE@ processors; this computer has $(uname -m)." \
    "이 파일은 @MACHINE@ 프로세서용입니다. 이 컴퓨터는 $(uname -m)입니다."
command -v xz >/dev/null || fail \
    "The program xz is missing. Install it (Debian, Ubuntu: sudo apt install xz-utils) and start again." \
    "xz 프로그램이 없습니다. 설치한 뒤(Debian, Ubuntu: sudo apt install xz-utils) 다시 시작해 주세요."
check
case "${1:-}" in
    --check) say "This file is whole." "파일이 온전합니다." ;;
    --extract)
        [ -n "${2:-}" ] || fail "Say where to: sh $self --extract FOLDER" "어디에 풀지 적어 주세요: sh $self --extract 폴더"
        unpack "$2"
        put "$draft" "$2"
        say "@TITLE@ is in $2. Start $2/program/@NAME@" "@TITLE@를 $2에 풀었습니다. $2/program/@NAME@를 실행하세요." ;;
    "") install ;;
    *) fail "Unknown: $1. Try: sh $self --help" "알 수 없는 옵션입니다: $1. 도움말: sh $self --help" ;;
esac
exit 0
@PAYLOAD@
