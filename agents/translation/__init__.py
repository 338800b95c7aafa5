"""The translation agent: text and whole documents, Korean and English, with a receipt."""
