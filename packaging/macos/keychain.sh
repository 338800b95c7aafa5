#!/bin/sh
# On a build machine: put the signing certificate and the notary's key where `macos_package.py`
# finds them, for the length of this run. Says what is missing, and does without.
set -eu
umask 077 # what is written here is for nobody else
say() { echo "macOS: $1" | tee -a "${GITHUB_STEP_SUMMARY:-/dev/null}"; }

if [ -z "${CERTIFICATE:-}" ]; then
    say "not signed, MACOS_CERTIFICATE is not set."
    exit 0
fi
keychain=$RUNNER_TEMP/moadesk.keychain-db
password=$(uuidgen)
printf '%s' "$CERTIFICATE" | base64 --decode >"$RUNNER_TEMP/certificate.p12"
security create-keychain -p "$password" "$keychain"
security set-keychain-settings -lut 21600 "$keychain"
security unlock-keychain -p "$password" "$keychain"
security import "$RUNNER_TEMP/certificate.p12" -k "$keychain" -P "$CERTIFICATE_PASSWORD" -T /usr/bin/codesign
security set-key-partition-list -S apple-tool:,apple: -k "$password" "$keychain" >/dev/null
security list-keychains -d user -s "$keychain" login.keychain-db
rm "$RUNNER_TEMP/certificate.p12"
identity=$(security find-identity -v -p codesigning "$keychain" | sed -n 's/.*"\(.*\)".*/\1/p' | head -n 1)
[ -n "$identity" ] || { echo "MACOS_CERTIFICATE holds no identity for signing code." >&2; exit 1; }
echo "MOADESK_SIGN_IDENTITY=$identity" >>"$GITHUB_ENV"

if [ -z "${NOTARY_KEY:-}" ]; then
    say "signed but not notarised, MACOS_NOTARY_KEY is not set."
    exit 0
fi
printf '%s' "$NOTARY_KEY" >"$RUNNER_TEMP/notary.p8"
xcrun notarytool store-credentials moadesk --key "$RUNNER_TEMP/notary.p8" \
    --key-id "$NOTARY_KEY_ID" --issuer "$NOTARY_ISSUER" --keychain "$keychain"
rm "$RUNNER_TEMP/notary.p8"
echo "MOADESK_NOTARY_PROFILE=moadesk" >>"$GITHUB_ENV"
echo "MOADESK_NOTARY_KEYCHAIN=$keychain" >>"$GITHUB_ENV"
