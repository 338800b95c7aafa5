"""Errors and notices of drafting in steps: plans, notes, papers."""

TEXTS: dict[str, str] = {
    "scholar.notes_unknown": "Your text cites works that are not in the library, so these citations were left out: {keys}. Add the works and start again to keep them.",
    "scholar.plan_changed": "The plan has changed since, so nothing was done. Look at it again.",
    # what is wrong with the file of a plan
    "scholar.plan_suffix": "{path} does not end in .json. A plan is written as JSON; choose a name that ends so.",
    "scholar.plan_not_json": "{path} is not JSON ({reason}). Mend it, or write the plan anew with --plan-only.",
    "scholar.plan_form": "{path}: {place} is not as a plan has it ({reason}). Compare it with a plan written by --plan-only.",
    "scholar.plan_empty": "{path} has no themes. Add one, or write the plan anew with --plan-only.",
    "scholar.plan_no_title": "{path}: {place} has no title. Give the theme one.",
    "scholar.plan_unknown_paper": "{path}: {place} names {key}, which is no paper of the library. Check the key.",
    "scholar.plan_not_of_theme": "{path}: {place} rests on {key}, which is not among the papers of its theme. Add it there.",
    "scholar.plan_no_evidence": "{path}: {place} rests on nothing. Name a paper and the words it rests on.",
    "scholar.plan_not_quoted": "{path}: {place} quotes words that do not stand in {key} as far as the library knows it. Copy them from its abstract or PDF.",
    "scholar.plan_not_shared": "{path}: {place} compares papers in “{words}”, which is not in the quoted words of each. Change one or the other.",
    "scholar.plan_not_own": '{path}: {place} says something of your own work that is not in "own". Write it there, too.',
    # why a sentence is flagged
    "scholar.not_shared": "What the works are compared in is not in the quoted words of each. Choose other words for it, or other evidence.",
    "scholar.own_translated": "This is a translation of your note that could not be compared with it for certain. Compare the two.",
    "scholar.own_not_translated": "This is your note as it stands: the model could not translate it without losing a number, a name or a citation. Translate it yourself.",
}
