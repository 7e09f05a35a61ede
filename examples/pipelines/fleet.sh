#!/usr/bin/env bash
# What a pipeline asks hcx-fleet for, over HTTP alone. Copy it beside the pipeline; needs bash, curl 7.82, jq and a
# signed-in Azure CLI. Each command prints one word for the next step on its standard output, and the rest for people.
#
#   fleet.sh plan RUN [PRIVATE_CLOUD]   have a plan made, wait for it, leave plan.md, print the plan's hash
#   fleet.sh start RUN PLAN             carry that plan out as this run, or find it under way; print its address
#   fleet.sh follow RUN                 wait for the run; print Succeeded, Failed or Canceled, or GoesOn when time is up
#   fleet.sh results RUN [github|azure] leave report.md, report.html and report.xml; with a word, print annotations
#
# FLEET_URL       where it is, such as https://contoso-hcx-fleet.azurewebsites.net
# FLEET_RESOURCE  for whom tokens are, such as api://00000000-0000-0000-0000-000000000000
# FLEET_FOLLOW_SECONDS  how long `plan` and `follow` wait before they leave; 2700 when not set: the Azure CLI cannot
#                 renew a token after a sign-in by OIDC, and the first one is good for about an hour
set -euo pipefail
shopt -s inherit_errexit

: "${FLEET_URL:?is where hcx-fleet is, without /v1}" "${FLEET_RESOURCE:?is for whom tokens are: api://CLIENT-ID}"
FOLLOW_SECONDS=${FLEET_FOLLOW_SECONDS:-2700}
ANSWER=$(mktemp)
trap 'rm -f "$ANSWER" "$ANSWER".*' EXIT

# METHOD PATH [options of curl]. The token goes by standard input: the arguments of a process are everybody's to read.
# Calls that fail on the way are made again; those that change something carry a key, so that they count once.
call() {
  local method=$1 path=$2 token
  shift 2
  : >"$ANSWER"
  token=$(az account get-access-token --resource "$FLEET_RESOURCE" --query accessToken --output tsv) || return 1
  curl --silent --show-error --fail-with-body --retry 5 --retry-connrefused --max-time 100 \
    --dump-header "$ANSWER.headers" --output "$ANSWER" --request "$method" --header @- "$@" \
    "${FLEET_URL%/}$path" <<<"Authorization: Bearer $token" || { problem >&2; return 1; }
}

# What was refused, and what to do about it.
problem() {
  jq --raw-output '"\(.code // error): \(.detail)", (.errors[]? | "  \(.field): \(.message)"), "Remedy: \(.remedy)"' \
    "$ANSWER" 2>/dev/null | harmless || head -c 500 "$ANSWER" | harmless
}

# No name that somebody gave to something becomes a command of the pipeline that prints it. The first pass parts every
# pair; of three signs that leaves one pair, which the second pass parts.
harmless() { sed 's/##/# #/g; s/##/# #/g; s/::/: :/g; s/::/: :/g'; }

# What goes into an address is the id of a run and nothing else.
an_id() {
  local LC_ALL=C
  [[ $1 =~ ^[A-Za-z0-9][A-Za-z0-9._~-]{0,99}$ ]] || {
    harmless <<<"No id of a run: '$1'. It has 1 to 100 of A-Z a-z 0-9 . _ ~ - and begins with a letter or digit." >&2
    return 1
  }
}

header() { sed -n "s/\r\$//; s/^$1: //Ip" "$ANSWER.headers" | tail -n 1; }

json() { jq --raw-output "$1" "$ANSWER"; }

# Looks at a run as often as it asks for, says what is new, and leaves when it has ended or time is up.
follow() {
  local run=$1 waited=0 why='' said='' seconds
  while call GET "/v1/runs/$run"; do
    why=$(json '"\(.percent) %, \(.detail.phase): \(.why) Who can act: \(.whoCanAct)"')
    [[ $why == "$said" ]] || harmless <<<"$why" >&2
    said=$why
    case $(json .status) in
      Succeeded | Failed | Canceled) json .status; return ;;
    esac
    seconds=$(header retry-after)
    [[ $seconds =~ ^[1-9][0-9]{0,4}$ ]] || seconds=60
    if (((waited += seconds) > FOLLOW_SECONDS)); then
      harmless <<<"Run $run goes on by itself; see ${FLEET_URL%/}/v1/runs/$run, or run this job again to follow it." >&2
      echo GoesOn
      return
    fi
    sleep "$seconds"
  done
  return 1
}

plan() {
  local run=$1 body status hash
  body=$(jq --null-input --arg run "$run" --arg cloud "${2:-}" \
    '{runId: $run} + if $cloud == "" then {} else {privateCloud: $cloud} end')
  call POST /v1/plans --header "Idempotency-Key: $run" --json "$body"
  status=$(follow "$run")
  if [[ $status != Succeeded ]]; then
    json '"There is no plan: run \(.id) is \(.status). \(.problem)"' | harmless >&2
    return 1
  fi
  hash=$(json .planHash)
  call GET "/v1/plans/$hash/plan.md"
  cp "$ANSWER" plan.md
  echo "$hash"
}

# The id names the run; the key lets this very step be repeated, and `If-None-Match` keeps anybody else from having
# started something under that id.
start() {
  local body
  body=$(jq --null-input --arg plan "$2" '{kind: "upgrade", planHash: $plan}')
  call PUT "/v1/runs/$1" --header "Idempotency-Key: $1" --header 'If-None-Match: *' --json "$body"
  header operation-location
}

results() {
  local kind
  for kind in md html xml; do
    call GET "/v1/runs/$1/report.$kind"
    cp "$ANSWER" "report.$kind"
  done
  if [[ -n ${2:-} ]]; then
    call GET "/v1/runs/$1/annotations.$2"
    cat "$ANSWER" # the one answer that is made for the log of a pipeline
  fi
}

case ${1:-} in
  plan | start | follow | results)
    an_id "${2:-}"
    [[ $1 != results || ${3:-} =~ ^(github|azure)?$ ]] || { echo "Annotations are for github or azure." >&2; exit 2; }
    "$@"
    ;;
  *) sed -n '2,/^set /{/^set /d;s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
