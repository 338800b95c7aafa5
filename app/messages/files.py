"""Errors and notices of files and tools in the chat."""

TEXTS: dict[str, str] = {
    "chat.file_unknown": "{file} is of a kind that cannot be read here. PDF, Word, Hangul (hwpx), Excel, PowerPoint, OpenDocument, web pages, texts, code, tables and pictures with text can be.",
    "chat.file_folder": "{file} is a folder. Choose the files in it.",
    "chat.file_empty": "{file} is empty.",
    "chat.file_too_big": "{file} is too big to be asked about. Split it into smaller files.",
    "chat.file_locked": "{file} is protected with a password. Save a copy without one and attach that.",
    "chat.file_damaged": "{file} is damaged and cannot be read. Open it with the program that made it and save it again.",
    "chat.file_other": "{file} is another kind of file than its name says. Open it with the program that made it and save it again.",
    "chat.file_old": "{file} is in an old format. Save it as {ending} and attach that.",
    "chat.file_no_text": "{file} has no text that can be read.",
    "chat.file_no_ocr": "{file} is a picture without text of its own. Install Tesseract with Korean and English, and what is written on it can be read.",
    "chat.file_gone": "{file} was taken away while it was being read.",
    "chat.no_outline": "The model broke off while it wrote the outline. Ask again, or write the contents into your request.",
    "chat.no_clipboard": "No program here knows the clipboard. Install wl-clipboard or xclip, or use the window.",
    "chat.file_reading": "{file} is still being read. The answer comes as soon as that is done.",
}
