#!/usr/bin/env bash
# Writes to REPORT how retrygen review differs between the commit BASE and the working tree,
# with the whole review below it, and adds that to the summary of the job. FLAGS are flags of
# retrygen review. It fails if the review of the working tree does.
set -euo pipefail
read -ra packages <<<"${PACKAGES:-./...}"
read -ra flags <<<"${FLAGS:-}"
report=${REPORT:-/dev/stdout}

scratch=$(mktemp -d)
finish() {
	git worktree remove --force "$scratch/base" 2>/dev/null || true
	rm -rf "$scratch"
}
trap finish EXIT

# One command for both commits, so that only policies make a difference.
retrygen=$scratch/retrygen
go build -o "$retrygen" github.com/retrygen/retrygen/cmd/retrygen
"$retrygen" review -md "${flags[@]}" "${packages[@]}" >"$scratch/head.md"

# without_lines leaves out numbers of lines and columns, which other changes move.
without_lines() { sed -E 's/(\.go):[0-9]+(:[0-9]+)?/\1/g' "$1"; }

: >"$scratch/base.md"
note=
if [ -n "${BASE:-}" ]; then
	if ! git cat-file -e "$BASE^{commit}" 2>/dev/null; then
		git fetch --quiet --depth 1 origin "$BASE"
	fi
	folder=$(git rev-parse --show-prefix)
	git worktree add --quiet --detach "$scratch/base" "$BASE"
	if ! (cd "$scratch/base/$folder" && "$retrygen" review -md "${flags[@]}" "${packages[@]}") >"$scratch/base.md" 2>"$scratch/base.err"; then
		: >"$scratch/base.md"
		note="There is no review of the base: $(head -n 1 "$scratch/base.err")"
	fi
fi

{
	printf '## retrygen review\n\n'
	if [ -z "${BASE:-}" ]; then
		cat "$scratch/head.md"
	else
		if [ -n "$note" ]; then
			printf '%s\n\n' "$note"
		fi
		if diff -U 3 --label base --label head <(without_lines "$scratch/base.md") <(without_lines "$scratch/head.md") >"$scratch/changes"; then
			printf 'Nothing has changed.\n\n'
		else
			# The fence is longer than those in the review.
			printf '`````diff\n%s\n`````\n\n' "$(cat "$scratch/changes")"
		fi
		printf '<details><summary>The whole review</summary>\n\n%s\n\n</details>\n' "$(cat "$scratch/head.md")"
	fi
} >"$scratch/report.md"
cat "$scratch/report.md" >"$report"
if [ -n "${GITHUB_STEP_SUMMARY:-}" ]; then
	cat "$scratch/report.md" >>"$GITHUB_STEP_SUMMARY"
fi
