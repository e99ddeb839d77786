# One command, the same as CI.
check:
    bash .ci/run

# Accept the numbers of this run as the expected ones; write in CHANGELOG.md why they moved.
regenerate:
    YTTERBY_REGENERATE=1 cargo test --release --test it regression

# The evidence, as a table.
validate:
    cargo run --release --bin ytterby -- validate
