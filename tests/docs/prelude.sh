# Before the script of a page: what its reader has that a script has not.
set -euo pipefail
trap 'echo "$LINENO" > "$DOCS_OUTPUT/line"' ERR

# An HTTP error is an error.
curl() {
  command curl --silent --show-error --fail-with-body "$@"
}

# npx without npm, which takes longer to start than what it starts.
npx() {
  "node_modules/.bin/$1" "${@:2}"
}
