#!/usr/bin/env bash
# Nothing goes out: a demo with its window, in a network namespace that has a way out, sends no packet
# on any interface but loopback; strace lists the sockets of each process. Needs root.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

binary=${1:?the built program}
seconds=${2:-20}
inside=vigie-in-$$
outside=vigie-out-$$
scratch=$(mktemp -d)
cleanup() {
  ip netns del "$inside" 2>/dev/null || true
  ip netns del "$outside" 2>/dev/null || true
  rm -rf "$scratch"
}
trap cleanup EXIT

# A veth pair with a default route over it: whatever asks for the world gets there.
ip netns add "$inside"
ip netns add "$outside"
# The kernel itself speaks IPv6 on each new interface; what is counted below is what programs send.
for name in "$inside" "$outside"; do
  ip netns exec "$name" sysctl -qw net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
done
ip link add way-out netns "$inside" type veth peer name the-world netns "$outside"
ip -n "$inside" addr add 203.0.113.2/24 dev way-out
ip -n "$outside" addr add 203.0.113.1/24 dev the-world
ip -n "$inside" link set lo up
ip -n "$inside" link set way-out up
ip -n "$outside" link set the-world up
ip -n "$inside" route add default via 203.0.113.1

packets() { ip netns exec "$inside" cat "/sys/class/net/$1/statistics/tx_packets"; }

# The measure itself is tried first: a program that does speak is seen.
before=$(packets way-out)
ip netns exec "$inside" bash -c 'echo hello >/dev/udp/198.51.100.7/53' || true
control=$(($(packets way-out) - before))
printf 'control: one datagram to a far address: %d packets on way-out\n' "$control"
((control > 0))
# What the neighbour was asked for meanwhile is over.
ip -n "$inside" neigh flush all
for _ in $(seq 50); do
  before=$(packets way-out)
  sleep 0.2
  [[ $(packets way-out) == "$before" ]] && break
done

before=$(packets way-out)
status=0
ip netns exec "$inside" env LIBGL_ALWAYS_SOFTWARE=1 XDG_RUNTIME_DIR="$scratch" \
  xvfb-run --auto-servernum --server-args "-screen 0 1280x720x24 -nolisten tcp" \
  strace -f -qq -y -e trace=execve,socket,connect,bind,listen -o "$scratch/strace" \
  "$binary" demo --seconds "$seconds" >"$scratch/out" 2>&1 || status=$?
after=$(packets way-out)
tail -n 3 "$scratch/out"
printf 'demo ended with %d; packets on way-out meanwhile: %d; on lo: %d\n' "$status" "$((after - before))" "$(packets lo)"

printf '\nsockets by family and type\n'
sed -n 's/^[0-9]* *socket(\(AF_[A-Z0-9]*\), \(SOCK_[A-Z]*\).* = \(-\{0,1\}[0-9]*\).*/\1 \2 \3/p' "$scratch/strace" |
  awk '{ print $1, $2, ($3 < 0 ? "refused" : "opened") }' | sort | uniq -c
printf '\nplaces connected or bound to, other than Unix sockets\n'
grep -E '(connect|bind)\(' "$scratch/strace" | grep -v AF_UNIX | grep -oE 'sa_family=[^}]*' | sed 's/htons(\([0-9]*\))/\1/' |
  sed -E 's/sin_port=[3-6][0-9]{4}/sin_port=(any)/' | sort | uniq -c || true

((status == 0))
((after == before))
((  $(packets lo) > 0))
# The window took part, and its sockets are among those above.
grep -q 'execve(.*"window"' "$scratch/strace"
# Beacons are broadcast: they are heard on all addresses of the one interface that the socket is bound to.
beacons='bind(.*htons(24005), sin_addr=inet_addr("0.0.0.0")'
if grep -E '(connect|bind)\(' "$scratch/strace" | grep 'sa_family=AF_INET' |
  grep -v -e 'inet_addr("127\.' -e "$beacons"; then
  printf 'an address other than loopback was connected or bound to\n'
  exit 1
fi
printf '\nno packet left, and no address but loopback was used\n'
