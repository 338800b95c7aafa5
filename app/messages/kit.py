"""Errors and notices of: the offline kit, and measuring a model."""

TEXTS: dict[str, str] = {
    "model.not_a_kit": "{path} is no offline kit: {name} is missing. Choose the folder into which models were exported.",
    "model.kit_newer": "The kit {path} was made by a newer version of MoA Desk. Update MoA Desk to read it.",
    "model.kit_damaged": "The list of the kit, {path}, is damaged. Export the models once more.",
    "model.kit_lacks": "The kit {path} does not hold the model {model}.",
    "model.kit_embedded": "{model} comes with MoA Desk, so it need not be exported: it is on every machine.",
    "model.kit_unsure": "{model} has changed since it came, or was never checked, and was not exported. Verify it on the Models page first.",
    "model.kit_pieces": "The disk takes no file over 4 GB: {file} is stored in {count} pieces. Importing puts them together again.",
    "engine.pace": "{model} wrote nothing, so its speed is not known. Try another model.",
}
