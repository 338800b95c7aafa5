"""Errors and notices of the scholar: library and drafts."""

TEXTS: dict[str, str] = {
    "scholar.not_bib": "{path} holds no BibTeX entries. Choose a .bib file, as Zotero, JabRef or Mendeley export it.",
    "scholar.no_topic": "There is no topic to draft about. Write a topic or paste an abstract.",
    "scholar.no_model": "There is no model to draft with. Download one on the Models page or with `moadesk models pull`.",
    "scholar.library_empty": "The library holds no works. Add a .bib file first.",
    "scholar.nothing_fits": "None of the {works} works has to do with this topic, so nothing was drafted. Add works on the topic or word it otherwise.",
    "scholar.more_fit": "{fitting} works fit the topic; the {used} nearest are used. Narrow the topic, or allow more themes, to use others.",
    "scholar.model_lacks_korean": "{model} does not know Korean, so the draft is in English. Choose a Korean model on the Models page for a Korean draft.",
    "scholar.draft_gone": "This draft was deleted. Start a new one.",
    "scholar.draft_not_resumable": "This draft is finished or is being written already. Start a new one.",
    "scholar.export_suffix": "{path} is neither .tex nor .md. Choose a name that ends with one of them.",
    "scholar.export_over_library": "{path} is there already and was not written by MoA Desk. Choose another name for the draft, so that your own file is kept.",
    # why an entry of a .bib file was not taken
    "scholar.entry_unreadable": "The entry cannot be read: a brace, a quotation mark or a comma is missing. Mend it and add the file again.",
    "scholar.entry_bad_key": "The entry has no key that can be cited. Give it one without spaces and add the file again.",
    "scholar.entry_no_title": "The entry has no title. Add one and add the file again.",
    "scholar.key_repeated": "Another entry of this file has the same key. Give one of them another key.",
    "scholar.key_taken": "Another work of your library has this key. Give one of them another key.",
    # why a sentence is flagged
    "scholar.no_abstract": "The library has no abstract of this work, so the sentence cannot be checked. Read the work, or add its abstract.",
    "scholar.number_not_found": "A number of the sentence is not in the abstract. Check it in the work.",
    "scholar.name_not_found": "A name of the sentence is not in the abstract. Check it in the work.",
    "scholar.claim_not_found": "The sentence claims more than the abstract does. Weaken it, or check it in the work.",
    "scholar.contradicts": "The sentence may say the opposite of the abstract. Compare the two.",
    "scholar.no_support": "Nothing in the abstract supports the sentence. Check it in the work.",
    "scholar.fits_other_work": "The sentence fits another work better than the one it cites. Check which one is meant.",
    "scholar.not_checkable": "Sentence and abstract are in different languages and cannot be compared here. Check it in the work.",
}
