#!/bin/sh
# Have Apple look at a signed disk image and staple the answer to it.
#
#   sh packaging/macos/notarise.sh IMAGE PROFILE
#
# PROFILE was kept in the keychain once, by
#   xcrun notarytool store-credentials PROFILE --key KEY.p8 --key-id ID --issuer ISSUER
# MOADESK_NOTARY_KEYCHAIN names the keychain where that is not the login's: it is not searched for.
set -eu
image=${1:?"Which disk image?"}
profile=${2:?"Which notarytool profile?"}
command -v xcrun >/dev/null || { echo "notarytool is a part of Xcode: this runs on macOS only." >&2; exit 1; }

keychain=${MOADESK_NOTARY_KEYCHAIN:-}
xcrun notarytool submit "$image" --keychain-profile "$profile" \
    ${keychain:+--keychain "$keychain"} --wait
xcrun stapler staple "$image"
spctl --assess --type open --context context:primary-signature --verbose "$image"
