# shellcheck shell=bash
# Everything that must be so before `up` changes anything. All problems are told at once, each with what to try.

problems=0
problem() { # what, what to try
  ((problems++)) || printf 'local-cluster up: something is missing. Nothing was changed.\n' >&2
  printf '  - %s\n      try: %s\n' "$1" "$2" >&2
}

own_cluster="or use a cluster of your own: mvn deploy -Plocal -Dgke.kubeconfig=FILE -Dgke.context=NAME -Dimage.registry=HOST"

# Debian package and the command that it is needed for: who has the command from elsewhere (Docker's containerd.io) keeps it.
packages=(etcd-server:etcd docker-registry:docker-registry containerd:containerd runc:runc
  containernetworking-plugins:/usr/lib/cni/bridge iptables:iptables conntrack:conntrack iproute2:ip iproute2:ss
  openssl:openssl curl:curl ca-certificates:/etc/ssl/certs/ca-certificates.crt)
missing_packages() {
  local pair
  for pair in "${packages[@]}"; do
    [ -e "${pair#*:}" ] || command -v "${pair#*:}" >/dev/null || echo "${pair%%:*}"
  done | sort -u
}

# sudo drops Go from the PATH, so the usual places are looked at, too.
find_go() {
  local candidate
  for candidate in "$(command -v go)" /usr/local/go/bin/go /usr/lib/go/bin/go "$owner_home/go/bin/go" "$owner_home/sdk"/go*/bin/go; do
    if [ -x "$candidate" ]; then echo "$candidate"; return; fi
  done
  return 1
}

# The home of a JDK of the version asked for that has jlink; of several, the newest.
find_jdk() {
  local candidate found
  found=$(for candidate in "${JAVA25_HOME:-}" "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/* "$owner_home"/.sdkman/candidates/java/* "$owner_home"/.jdks/*; do
    if [ -x "$candidate/bin/jlink" ]; then
      sed -n "s|^JAVA_VERSION=\"\\(${JDK}[.0-9]*\\)\"|\\1 $candidate|p" "$candidate/release" 2>/dev/null || true
    fi
  done | sort -V | tail -n 1)
  [ -n "$found" ] && echo "${found#* }"
}

unbuilt() {
  local name
  for name in kubernetes-$KUBERNETES coredns-$COREDNS metrics-server-$METRICS_SERVER crane-$CRANE pause-$PAUSE; do
    [ -d "$bin/$name" ] || echo "$name"
  done
}

# Ports that others must leave free: address, port, who of us needs it.
ports() {
  cat <<TABLE
127.0.0.1 6443 kube-apiserver
127.0.0.1 5000 registry
127.0.0.1 2379 etcd
127.0.0.1 2380 etcd
127.0.0.1 2381 etcd
127.0.0.1 10257 kube-controller-manager
127.0.0.1 10259 kube-scheduler
127.0.0.1 10248 kubelet
$node_ip 10250 kubelet
127.0.0.1 10249 kube-proxy
127.0.0.1 10256 kube-proxy
$node_ip 53 coredns
127.0.0.1 8181 coredns
$node_ip 4443 metrics-server
TABLE
}

check_ports() {
  local address port name holder pid other
  other=$(bridge_owner)
  if [ -n "$other" ] && [ "$other" != "$home" ]; then
    problem "the local cluster in $other is up, and there can be one on a machine" "LOCAL_CLUSTER_HOME=$other $here/down"
    return
  fi
  while read -r address port name; do
    alive "$name" && continue
    if command -v ss >/dev/null; then
      holder=$(port_holder "$address" "$port") || continue
      pid=${holder%% *}
      grep -qzxF -- "$marker" "/proc/$pid/environ" 2>/dev/null && continue # left over from us: `up` ends it
      if [ "$holder" = "?" ]; then
        problem "port $port, for $name, is taken (by a process that cannot be seen from here)" "stop it, $own_cluster"
      else
        problem "port $port, for $name, is taken by pid $pid: $(printf '%.120s' "${holder#* }")" "stop it, $own_cluster"
      fi
    elif (exec 7<>"/dev/tcp/$address/$port") 2>/dev/null; then
      problem "port $port, for $name, is taken" "stop what listens there, $own_cluster"
    fi
  done < <(ports)
}

preflight() {
  local go free need tool line
  [ "$(uname -m)" = x86_64 ] || problem "this machine is $(uname -m); the local cluster has been made for x86_64 only" "another machine, $own_cluster"
  [ "$(id -u)" = 0 ] || problem "it needs root (bridge, iptables, containers), and runs as $(id -un)" "sudo $here/up, $own_cluster"
  case $home$bin in
    *[[:space:]]*) problem "the path '$home' has a space in it" "set LOCAL_CLUSTER_HOME (and LOCAL_CLUSTER_BIN) to one without" ;;
    *) ((${#home} <= 70)) || problem "the path $home is too long for a Unix socket" "set LOCAL_CLUSTER_HOME to one of at most 70 characters" ;;
  esac
  for tool in flock setsid awk sed grep tar mount umount timeout od getent sha256sum; do
    command -v "$tool" >/dev/null || problem "the command $tool is missing" "apt-get install util-linux mawk sed grep tar mount coreutils libc-bin"
  done
  if [ -n "$(missing_packages)" ] && ! command -v apt-get >/dev/null; then
    problem "apt-get is missing, and these are not installed: $(missing_packages | paste -sd' ')" "install what has these names on your system, $own_cluster"
  fi
  for tool in apt-get dpkg-deb; do
    command -v "$tool" >/dev/null || problem "$tool is missing; the base image $base_image is made of Debian packages" "Debian 12, $own_cluster"
  done
  find_jdk >/dev/null || problem "there is no JDK $JDK with jlink (looked at JAVA25_HOME, JAVA_HOME, /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks)" \
    "install a JDK $JDK, for instance Eclipse Temurin's temurin-$JDK-jdk, or set JAVA25_HOME"
  if [ -n "$(unbuilt)" ]; then
    if ! go=$(find_go); then
      problem "there is no Go, and these have to be compiled: $(unbuilt | paste -sd' ')" "install Go (https://go.dev/dl), and put it on the PATH"
    elif line=$("$go" env GOVERSION) && [ "$(printf '%s\n' "$GO_AT_LEAST" "${line#go}" | sort -V | head -n 1)" != "$GO_AT_LEAST" ]; then
      problem "$go is ${line#go}; it takes $GO_AT_LEAST or newer" "install a newer Go (https://go.dev/dl), and put it first on the PATH"
    fi
    free=$(df -Pk "$(existing "$bin")" | awk 'NR == 2 {print int($4 / 1048576)}') need=2
    [ -d "$kube" ] || need=10
    ((free >= need)) || problem "$free GB are free at $bin, and compiling takes $need GB (the modules and Go's build cache, most of it)" "make room"
  fi
  if [ "$(id -u)" = 0 ] && ! grep -qw overlay /proc/filesystems && ! modprobe -q overlay 2>/dev/null; then
    problem "the kernel has no overlay file system" "load the module overlay"
  fi
  if command -v ip >/dev/null && ! ip link show "$bridge" >/dev/null 2>&1; then
    for line in $pods $services $balancers; do
      if [ -n "$(ip -4 route show root "$line")$(ip -4 route show match "$line" | grep -v '^default')" ]; then
        problem "addresses of $line are in use on this machine: $(ip -4 route show root "$line" | head -n 1)" "remove that route (a VPN?), $own_cluster"
      fi
    done
    if [ "$(id -u)" = 0 ] && ! made_rules && command -v iptables-save >/dev/null && iptables-save 2>/dev/null | grep -q '^:KUBE-SERVICES'; then
      problem "another Kubernetes has its iptables rules on this machine (chain KUBE-SERVICES)" "stop it and remove its rules (kube-proxy --cleanup), $own_cluster"
    fi
  fi
  check_ports
  ((problems == 0)) || exit 1
}

existing() { # the nearest folder that exists
  local at=$1
  until [ -d "$at" ]; do at=$(dirname "$at"); done
  echo "$at"
}
