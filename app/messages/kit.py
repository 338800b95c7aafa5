"""Errors and notices of: the offline kit, and measuring a model."""

TEXTS: dict[str, str] = {
    "model.not_a_kit": "{path} is no offline kit: {name} is missing. Choose the folder into which models were exported.",
    "model.kit_newer": "The kit {path} was made by a newer version of MoA Desk. Update MoA Desk to read it.",
    "model.kit_damaged": "The list of the kit, {path}, is damaged. Export the models once more.",
    "model.kit_lacks": "The kit {path} does not hold the model {model}.",
    "model.kit_embedded": "{model} comes with MoA Desk, so it need not be exported: it is on every machine.",
    "model.kit_unsure": "{model} has changed since it came, or was never checked, and was not exported. Verify it on the Models page first.",
    "model.kit_pieces": "The disk takes no file over 4 GB: {file} is stored in {count} pieces. Importing puts them together again.",
    "model.kit_no_installer": "{name} is no installer of MoA Desk. Choose a file from the releases page, under the name it has there; it ends in {endings}.",
    "model.kit_installer_changed": "{name} is not the file that {sums} beside it names: it was damaged or changed. Download it again.",
    "engine.pace": "{model} wrote nothing, so its speed is not known. Try another model.",
}
