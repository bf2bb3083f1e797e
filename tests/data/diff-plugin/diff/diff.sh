#!/bin/sh
# A test double of helm-diff, for nothing but the tests of this project: it
# calls the helms that helm-diff calls and prints what differs in the same
# shape. Hooks, secrets, three-way merges and all other output formats are
# beyond it.
#
#   diff upgrade [--allow-unreleased] NAME CHART [flags of helm-diff]
set -eu

die() {
    echo "Error: $1" >&2
    exit 1
}

[ "${1-}" = upgrade ] || die "this stand-in knows only 'diff upgrade'"
shift

unreleased_allowed='' detailed='' name='' chart=''
# Each argument is taken from the front; what template wants goes to the end.
count=$#
while [ "$count" -gt 0 ]; do
    argument=$1
    shift
    count=$((count - 1))
    case $argument in
    --allow-unreleased) unreleased_allowed=yes ;;
    --detailed-exitcode) detailed=yes ;;
    # Of template, with a value of its own.
    --version | --values | -f | --set | --set-string | --set-file | --set-json | --set-literal | \
        --post-renderer | --post-renderer-args | --kube-version | --api-versions | -a | \
        --namespace | -n | --kube-context | --kubeconfig | \
        --keyring | --ca-file | --cert-file | --key-file | --repo | --username | --password)
        set -- "$@" "$argument" "$1"
        shift
        count=$((count - 1))
        ;;
    # Of template: the same in one word, and the switches.
    --version=* | --values=* | --set=* | --set-string=* | --set-file=* | --set-json=* | --set-literal=* | \
        --post-renderer=* | --post-renderer-args=* | --kube-version=* | --api-versions=* | \
        --namespace=* | --kube-context=* | --kubeconfig=* | \
        --verify | --devel | --plain-http | --insecure-skip-tls-verify | --skip-schema-validation)
        set -- "$@" "$argument"
        ;;
    # Only of diff.
    --context | -C | --output | --suppress | --suppress-output-line-regex)
        shift
        count=$((count - 1))
        ;;
    -*) ;;
    *) if [ -z "$name" ]; then name=$argument; else chart=$argument; fi ;;
    esac
done
[ -n "$chart" ] || die 'this command needs 2 arguments: release name, chart path'

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/before" "$work/after"

# One file per document: "NAMESPACE, NAME, KIND (VERSION)" is in its name.
split() {
    awk -v dir="$1" -v namespace="${HELM_NAMESPACE:-default}" '
        function finish() {
            if (kind == "") return
            sub(/.*\//, "", version)
            file = dir "/" namespace ", " name ", " kind " (" version ")"
            printf "%s", text > file
            close(file)
        }
        function begin() { text = kind = name = version = "" }
        /^---/ { finish(); begin(); next }
        /^apiVersion:/ { version = $2 }
        /^kind:/ { kind = $2 }
        /^  name:/ && name == "" { name = $2 }
        /[^ ]/ { text = text $0 "\n" }
        END { finish() }
    '
}

if "$HELM_BIN" get manifest "$name" >"$work/manifest" 2>"$work/talk"; then
    split "$work/before" <"$work/manifest"
    set -- "$@" --is-upgrade
elif ! grep -q 'release: not found' "$work/talk" || [ -z "$unreleased_allowed" ]; then
    cat "$work/talk" >&2
    exit 1
fi
"$HELM_BIN" template "$name" "$chart" --no-hooks "$@" >"$work/manifest"
split "$work/after" <"$work/manifest"

(cd "$work/before" && ls && cd "$work/after" && ls) | sort -u >"$work/names"
differs=''
while IFS= read -r key; do
    before=$work/before/$key after=$work/after/$key word='has changed'
    if [ ! -e "$before" ]; then
        before=/dev/null word='has been added'
    elif [ ! -e "$after" ]; then
        after=/dev/null word='has been removed'
    fi
    if ! cmp -s "$before" "$after"; then
        differs=yes
        echo "$key $word:"
        diff -U 9999 "$before" "$after" | sed -e 1,3d -e 's/^./& /'
        echo
    fi
done <"$work/names"

[ -z "$differs" ] || [ -z "$detailed" ] || exit 2
