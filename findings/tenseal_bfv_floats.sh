#!/usr/bin/env bash
# TenSEAL 0.3.18: BFV cuts numbers to integers without a word.
#
# Expected: BFV holds integers, so a list with 0.9 in it is refused, as the wrong type is
# elsewhere in the library (a product with the number 0.5 raises TypeError).
# Seen: ts.bfv_vector(context, [0.9, -0.9, 1.5]) decrypts to [0, 0, 1]; a product with
# the list [1.5, 2.5] multiplies by 1 and 2; a sum with [0.9, 0.9] adds nothing. Values
# beyond the plain modulus wrap round as silently: 1032198 comes back as 5.
# Who meets it: whoever encrypts scaled weights or rates and forgets to round, in any
# pipeline that was written for CKKS and switched to BFV. All weights below 1 become 0.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet tenseal==0.3.18 numpy==2.4.6
"$folder/venv/bin/python" - <<'PYTHON'
import tenseal as ts

assert ts.__version__ == "0.3.18", ts.__version__
context = ts.context(ts.SCHEME_TYPE.BFV, 4096, plain_modulus=1032193)
rates = ts.bfv_vector(context, [0.9, -0.9, 1.5]).decrypt()
print("encrypt [0.9, -0.9, 1.5] ->", rates)
assert rates == [0, 0, 1]

counts = ts.bfv_vector(context, [10, 20])
product, total = (counts * [1.5, 2.5]).decrypt(), (counts + [0.9, 0.9]).decrypt()
print("[10, 20] * [1.5, 2.5] ->", product, "  [10, 20] + [0.9, 0.9] ->", total)
assert product == [10, 40]
assert total == [10, 20]
try:
    counts * 0.5
    raise SystemExit("a product with the number 0.5 is taken now")
except TypeError:
    print("[10, 20] * 0.5 -> TypeError")

wrapped = ts.bfv_vector(context, [1032193 + 5]).decrypt()
print("encrypt [1032198] ->", wrapped)
assert wrapped == [5]
PYTHON
echo "as stated"
