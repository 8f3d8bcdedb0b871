#!/bin/sh
# Shows a lamp beside the board while a command runs, with curl alone: amber, then green or red.
# Ctrl-C ends it, and the lamp goes.
#
#     sh examples/draw.sh http://localhost:8081 make test-quick
#
# Where the node asks for a token, GEOMETRY_WS_TOKEN has it.
set -eu
node=${1:?the address of a node, such as http://localhost:8081}
shift
lamp=${node%/}/surfaces/lamp-$$?key=$$-$(date +%s)

# PNG files of 64 × 64 pixels in one colour; only the colour and sums differ.
head=iVBORw0KGgoAAAANSUhEUgAAAEAAAABAAQMAAACQp+OdAAAAA1BMVE
tail=AAAAD0lEQVR42mNgGAWjgHwAAAJAAAHgTR1EAAAAAElFTkSuQmCC

ask() {
    curl -sSf -o /dev/null ${GEOMETRY_WS_TOKEN:+-H "Authorization: Bearer $GEOMETRY_WS_TOKEN"} "$@"
}

show() { # colour, words
    printf %s "$head$1$tail" | base64 -d | ask -T - "$lamp&title=Lamp&text=$2"
}

trap 'ask -X DELETE "$lamp"' EXIT
trap 'exit 130' INT TERM
show Xgojy9xk+W It+runs.
if "$@"; then
    show UahFn7k69j It+went+well.
else
    show XLOjVJml4h It+failed.
fi
echo "The lamp stays until Ctrl-C."
while :; do sleep 1; done
