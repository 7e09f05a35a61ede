#!/usr/bin/env bash
# One private cloud from a terminal, such as Cloud Shell: every function holds a command that can be typed alone.
# `az rest` prints the body of an answer and none of its headers. Where a header says what to do next (Retry-After,
# ETag), the token of the same sign-in goes through curl instead.
#
#   az-rest.sh start RUN PRIVATE_CLOUD   begin its upgrade, under an id of your choice   role Fleet.Operate
#   az-rest.sh follow RUN [UNTIL]        look as often as the run asks for, at most UNTIL seconds (14400)   any role
#   az-rest.sh approve RUN               let go what `follow` left in run.json   role Fleet.Approve, and not who started it
#   az-rest.sh result RUN                leave report.xml (JUnit) and report.md   any role
#
# FLEET_URL       where it is, such as https://contoso-hcx-fleet.azurewebsites.net
# FLEET_RESOURCE  for whom tokens are, such as api://00000000-0000-0000-0000-000000000000
set -euo pipefail
shopt -s inherit_errexit
: "${FLEET_URL:?is where hcx-fleet is, without /v1}" "${FLEET_RESOURCE:?is for whom tokens are: api://CLIENT-ID}"
RUNS=${FLEET_URL%/}/v1/runs

# What goes into an address is the id of a run and nothing else.
an_id() {
  local LC_ALL=C
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$ ]] || {
    echo "No id of a run: it has 1 to 100 of the signs A-Z a-z 0-9 . _ ~ - and begins with a letter or digit." >&2
    return 1
  }
}

# The same line again is the same run: nothing is started twice.
start() {
  az rest --method put --resource "$FLEET_RESOURCE" --url "$RUNS/$1" --headers "Idempotency-Key=$1" \
    --body "$(jq --null-input --compact-output --arg cloud "$2" '{kind: "upgrade", privateCloud: $cloud}')"
}

# The run as it stands, into run.json, and which state that is, into run.etag; prints after how many seconds to look
# again. A refusal is printed with its remedy, and leaves neither file.
look() {
  local told
  rm -f run.json run.etag
  told=$(az account get-access-token --resource "$FLEET_RESOURCE" --query accessToken --output tsv |
    sed 's/^/Authorization: Bearer /' |
    curl --silent --show-error --fail-with-body --retry 5 --header @- --output run.json \
      --write-out '%header{etag} %header{retry-after}' "$RUNS/$1") || { cat run.json >&2; rm -f run.json; return 1; }
  printf %s "${told%% *}" >run.etag
  echo "${told#* }"
}

# Ends when the run does, when somebody has to let it go, and when time is up; the same line again follows it on.
follow() {
  local waited=0 seconds
  while seconds=$(look "$1") || return; [[ $seconds =~ ^[1-9][0-9]{0,4}$ ]]; do
    jq --raw-output '"\(.percent) %, \(.detail.phase): \(.why) Who can act: \(.whoCanAct)"' run.json
    ! jq --exit-status 'any(.control.asked[]?; .missing > 0)' run.json >/dev/null || return 0
    (((waited += seconds) <= ${2:-14400})) || { echo "Time is up. The run goes on by itself."; return 0; }
    sleep "$seconds"
  done
  jq --raw-output '"\(.status): \(.why) \(.problem)"' run.json
  [[ $(jq --raw-output .status run.json) == Succeeded ]]
}

# Read run.json, which `follow` left, before you go on: the state that it shows is the one that is let go, and no other.
# It is not read again here: where the run has moved since, the answer is 412 with its remedy.
approve() {
  [[ -s run.json && -s run.etag && $(jq --raw-output .id run.json) == "$1" ]] || {
    echo "Nothing was read of $1 here: az-rest.sh follow $1 leaves run.json and run.etag. Read run.json first." >&2
    return 1
  }
  az rest --method post --resource "$FLEET_RESOURCE" --url "$RUNS/$1:approve" --headers "If-Match=$(<run.etag)" \
    --body "$(jq --compact-output '{wave: (.control.asked | map(select(.missing > 0)))[0].wave, planHash}' run.json)"
}

result() {
  az rest --method get --resource "$FLEET_RESOURCE" --url "$RUNS/$1/report.xml" --output-file report.xml
  az rest --method get --resource "$FLEET_RESOURCE" --url "$RUNS/$1/report.md" --output-file report.md
}

case ${1:-} in
  start | follow | approve | result) an_id "${2:-}"; "$@" ;;
  *) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
