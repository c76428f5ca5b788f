#!/usr/bin/env bash
# Builds the targets with coverage instrumentation and runs them: run.sh SECONDS [TARGET...]
# Works on stable: the instrumentation is a pass of LLVM, the runtime is libFuzzer, built from the crate by a C++ compiler.
# What it finds is left in artifacts/TARGET and becomes a test. The corpus begins with the programs of the cases.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
seconds=${1:-60}
shift || true
targets=("$@")
((${#targets[@]})) || targets=(boundary patch imports reindent fix)
triple=$(rustc -vV | sed -n 's/^host: //p')
export RUSTFLAGS="--cfg fuzzing -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
-Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
-Cllvm-args=-sanitizer-coverage-trace-compares -Ccodegen-units=4"
# With a target named, build scripts and procedural macros are not instrumented.
cargo build --release --target "$triple"
built=${CARGO_TARGET_DIR:-target}/$triple/release
# Visitors recurse: as deep as the engine's own threads allow.
ulimit -s 262144 2>/dev/null || ulimit -s "$(ulimit -H -s)"
failed=0
record=../../../snapshots/fuzz/coverage.txt
mkdir -p "$(dirname "$record")"
touch "$record"
for target in "${targets[@]}"; do
    mkdir -p "corpus/$target" "artifacts/$target"
    if [[ -z $(ls "corpus/$target") ]]; then
        for case in ../../../transforms/*/cases/*/before.py; do
            name=$(sed 's|.*transforms/||; s|/|-|g' <<<"$case")
            # The first byte of these two says which block or which imports.
            case $target in
                imports | reindent) printf '\1' | cat - "$case" >"corpus/$target/$name" ;;
                *) cp "$case" "corpus/$target/$name" ;;
            esac
        done
    fi
    echo "=== $target, $seconds s"
    log=$(mktemp)
    "$built/$target" -max_total_time="$seconds" -max_len=4096 -dict=python.dict -timeout=20 -rss_limit_mb=4096 \
        -artifact_prefix="artifacts/$target/" -print_final_stats=1 "corpus/$target" >"$log" 2>&1 || failed=1
    grep -v -e '^#' -e 'Uses:' "$log" | tail -n 12
    inputs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
    grep -v "^$target " "$record" >"$log" || true
    { cat "$log"; echo "$target $seconds ${inputs:-0}"; } | sort >"$record"
    rm "$log"
done
exit $failed
