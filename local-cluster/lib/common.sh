# shellcheck shell=bash disable=SC2034,SC2153 # the names here are used by those who source it; versions are in capitals
# What every script here starts with: where things are, how it speaks, the lock, and which process is whose.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

if [ "$(uname -s)" != Linux ]; then
  cat >&2 <<TEXT
local-cluster: this is $(uname -s), and the local cluster runs on Linux only. Nothing was changed.
  try: a cluster of your own (kind, minikube, Docker Desktop):
       mvn deploy -Plocal -Dgke.kubeconfig=FILE -Dgke.context=NAME -Dimage.registry=HOST
TEXT
  exit 1
fi

PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin # su and a user's shell leave them out

# shellcheck source=versions
. "$here/versions"

# Where Maven looks (its user.home is the password file's, whatever HOME says). With sudo it is the caller's, not root's.
owner=${SUDO_USER:-$(id -un 2>/dev/null || true)}
owner_home=$(getent passwd "$owner" 2>/dev/null | cut -d: -f6)
cache=${owner_home:-$HOME}/.cache/slipway

home=${LOCAL_CLUSTER_HOME:-$cache/local-cluster} # state: keys, data, logs, pid files
bin=${LOCAL_CLUSTER_BIN:-$cache/bin}             # binaries, a folder per name and version
pki=$home/pki
log=$home/log
run=$home/run
made=$home/made # notes of what was changed on this machine, so that `down` undoes that and nothing else
kubeconfig=$home/kubeconfig

kube=$bin/kubernetes-$KUBERNETES
kubectl=$kube/kubectl
crane=$bin/crane-$CRANE/crane

node=node1
bridge=slipway0        # its name says whose it is
node_ip=10.244.0.1     # the bridge's address, and so the node's: it stays when the network of the machine changes
pods=10.244.0.0/24
services=10.96.0.0/16
balancers=10.97.0.0/16 # LoadBalancer addresses: 10.97.x.y beside the cluster IP 10.96.x.y
network=slipway-pods   # name of the CNI network; its iptables rules carry it as a comment
registry=localhost:5000
base_image=$registry/$BASE_IMAGE

# In the environment of every process started here, so that it is found even when its pid file is lost.
marker=SLIPWAY_LOCAL_CLUSTER=$home
boot=$(cat /proc/sys/kernel/random/boot_id)

# In the order they are started; `down` goes the other way.
components=(etcd registry containerd kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy coredns
  metrics-server loadbalancer)

verb=$(basename "$0")
say() { printf 'local-cluster %-7s %s\n' "$verb" "$*"; }
warn() { say "$*" >&2; }
die() { # what happened, then lines of what to try
  local line
  printf 'local-cluster %s: %s\n' "$verb" "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 1
}

elapsed() { # seconds
  if (($1 < 60)); then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi
}

# One at a time on this machine, whatever folder it works in: ports, bridge and iptables are the machine's.
lock() {
  local file=/run/lock/slipway-local-cluster start=$SECONDS
  mkdir -p /run/lock
  exec 9>>"$file"
  if ! flock -n 9; then
    say "another call is at work ($(cat "$file")); waiting for it"
    until flock -w 10 9; do say "still waiting for $(cat "$file"), $(elapsed $((SECONDS - start)))"; done
  fi
  echo "local-cluster/$verb, pid $$" >"$file"
}

# --- processes ---------------------------------------------------------------------------------------------

# A pid is reused by Linux, a pid with its start time is not. Prints the start time; fails for none or a zombie.
start_time() { # pid
  local stat
  stat=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
  # shellcheck disable=SC2086
  set -- ${stat##*) }
  [ "$1" != Z ] && echo "${20}"
}

# Prints the pid of a component that runs. Its pid file holds: pid, start time, boot, hash of its command and settings.
pid_of() { # name
  local pid start booted
  [ -f "$run/$1.pid" ] || return 1
  read -r pid start booted _ <"$run/$1.pid" || return 1
  [ "$booted" = "$boot" ] && [ "$(start_time "$pid")" = "$start" ] && echo "$pid"
}
alive() { pid_of "$1" >/dev/null; }

# Every process that carries the marker: components, whether or not their pid file is right, and containerd's shims.
marked() { grep -lzxF -- "$marker" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3 || true; }

# Every process of a pod: its root file system is a snapshot in our folder.
in_pods() {
  local folder
  folder=$(printf '%s' "$home/ctr/" | sed 's/[][\.*^$+?(){}|]/\\&/g')
  grep -lE "^[0-9]+ [0-9]+ [0-9:]+ [^ ]+ / .*$folder" /proc/[0-9]*/mountinfo 2>/dev/null | cut -d/ -f3 || true
}

# The state folder of the cluster that has the bridge; nothing if there is none.
bridge_owner() { cat "/sys/class/net/$bridge/ifalias" 2>/dev/null || true; }

# What keeps `up` from being the only one: a listener on PORT at ADDRESS or at every address. Prints "pid command", or "?".
port_holder() { # address port [u]
  local address=$1 port=$2 line local_address pid
  while read -r line; do
    # shellcheck disable=SC2086
    set -- $line
    local_address=${4%:*}
    case $local_address in
      "$address" | 0.0.0.0 | '*' | '[::]' | "[::ffff:$address]") ;;
      *) continue ;;
    esac
    pid=$(printf '%s' "$line" | sed -n 's/.*pid=\([0-9]*\).*/\1/p')
    if [ -n "$pid" ]; then echo "$pid $(tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null)"; else echo "?"; fi
    return 0
  done < <(ss -Hln"${3:-t}"p "sport = :$port" 2>/dev/null)
  return 1
}
