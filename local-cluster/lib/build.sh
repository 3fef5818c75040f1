# shellcheck shell=bash
# What the cluster is made of: Debian packages, and binaries compiled from the Go module registry, cached by version.

install_packages() {
  local wanted policy=/usr/sbin/policy-rc.d unit
  wanted=$(missing_packages)
  [ -n "$wanted" ] || return 0
  say "installing Debian packages: $(echo "$wanted" | paste -sd' ')"
  # Debian starts a service with its package: etcd and docker-registry would take our ports.
  if [ ! -e $policy ]; then
    printf '#!/bin/sh\nexit 101\n' >$policy
    chmod +x $policy
    at_exit+=("rm -f $policy")
  fi
  for unit in $wanted; do
    if [ -z "$(apt-cache policy "$unit" 2>/dev/null | sed -n 's/^ *Candidate: \([^(]*\)$/\1/p')" ]; then
      with_progress "apt-get update" apt.log apt-get update -q
      break
    fi
  done
  # Never at the price of something that is installed (Docker's own containerd, say).
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive with_progress "apt-get install" apt.log \
    apt-get install -y -q --no-remove --no-install-recommends -o DPkg::Lock::Timeout=120 $wanted
  # ... nor at the next start of the machine. Only what was installed just now.
  if command -v systemctl >/dev/null; then
    for unit in etcd-server:etcd docker-registry:docker-registry containerd:containerd; do
      if grep -qx "${unit%:*}" <<<"$wanted"; then systemctl disable --quiet "${unit#*:}" >>"$log/apt.log" 2>&1 || true; fi
    done
  fi
  wanted=$(missing_packages)
  [ -z "$wanted" ] || die "installed, and still not there: $wanted" "see: $log/apt.log"
}

# Runs a long command with its output in a log, and says every ten seconds how far it is. No line is drawn over another.
# Says so and fails if the command fails; where nobody asks, that is the end.
with_progress() { # what log command...
  local what=$1 file=$log/$2 start=$SECONDS next=10 last pid
  shift 2
  set -m # a process group of its own, so that an interrupt ends all of it
  "$@" >>"$file" 2>&1 </dev/null 9>&- &
  pid=$!
  set +m
  at_exit+=("kill -TERM -- -$pid")
  while start_time "$pid" >/dev/null; do
    sleep 0.2
    ((SECONDS - start >= next)) || continue
    last=$(tail -n 1 "$file" | tr -d '\r' | cut -c1-100)
    say "$what: $(elapsed $((SECONDS - start))); now $last"
    ((next += 10))
  done
  if ! wait "$pid"; then
    unset 'at_exit[-1]'
    tail -n 15 "$file" >&2
    warn "$what failed after $(elapsed $((SECONDS - start))); the whole output: $file"
    return 1
  fi
  unset 'at_exit[-1]'
  took=$(elapsed $((SECONDS - start)))
}

# Builds into a folder of another name that is renamed when it is whole: an interrupted build never looks finished.
build() { # name-version function arguments...
  local name=$1 work=$bin/.building-$1
  shift
  [ ! -d "$bin/$name" ] || return 0
  ((compiled++)) || say "compiling from source: $(unbuilt | paste -sd' ') (about ten minutes the first time, on two cores)"
  rm -rf "$work"
  mkdir -p "$work/out" "$work/src"
  echo "--- $name, $(date)" >>"$log/build.log"
  with_progress "$name" build.log "$@" "$work"
  sync -f "$work"
  mv -T "$work/out" "$bin/$name"
  rm -rf "$work"
  say "$name: compiled in $took, kept in $bin/$name"
}

# Whatever the user has set for his own Go projects is not for this.
go_env() { env -u GOARCH -u GOOS -u GOEXPERIMENT GOFLAGS=-mod=mod GOWORK=off CGO_ENABLED=0 "$@"; }
link=(-trimpath -buildvcs=false -v)

install_module() { # package@version work
  go_env GOFLAGS= GOBIN="$2/out" "$go" install "${link[@]}" -ldflags '-s -w' "$1"
}

# k8s.io/kubernetes cannot be go-installed: its go.mod replaces the staging modules by folders. A module of our own with the
# same replacements, by version, builds it. k8s.io/api and the others of v1.34.4 are v0.34.4.
compile_kubernetes() { # work
  local staged cmd cmds=(kube-apiserver kube-controller-manager kube-scheduler kubelet kube-proxy kubectl)
  local version=k8s.io/component-base/version minor=${KUBERNETES#1.}
  cd "$1/src"
  staged=$(go_env "$go" mod download -json "k8s.io/kubernetes@v$KUBERNETES" | sed -n 's/^\t*"GoMod": "\(.*\)".*/\1/p')
  {
    printf 'module slipway.dev/local-cluster\n\ngo %s\n\nrequire k8s.io/kubernetes v%s\n' "$(sed -n 's/^go //p' "$staged")" "$KUBERNETES"
    sed -n "s|^[[:space:]]*\\(k8s.io/[a-z-]*\\) => ./staging.*|replace \\1 => \\1 v0.$minor|p" "$staged"
  } >go.mod
  for cmd in "${!cmds[@]}"; do cmds[cmd]=k8s.io/kubernetes/cmd/${cmds[cmd]}; done
  go_env "$go" build "${link[@]}" -o "$1/out/" -ldflags \
    "-s -w -X $version.gitVersion=v$KUBERNETES -X $version.gitMajor=${KUBERNETES%%.*} -X $version.gitMinor=${minor%%.*}" "${cmds[@]}"
}

compile_pause() { # work
  cd "$1/src"
  go_env GOFLAGS= "$go" build -trimpath -buildvcs=false -ldflags '-s -w' -o "$1/src/pause" "$here/pause/main.go"
  tar --sort=name --mtime=@0 --numeric-owner --owner=0 --group=0 --format=gnu -C "$1/src" -cf "$1/out/layer.tar" pause
}

build_all() {
  local go compiled=0 took
  [ -n "$(unbuilt)" ] || return 0
  go=$(find_go)
  mkdir -p "$bin"
  rotate build
  build "kubernetes-$KUBERNETES" compile_kubernetes
  build "coredns-$COREDNS" install_module "github.com/coredns/coredns@v$COREDNS"
  build "metrics-server-$METRICS_SERVER" install_module "sigs.k8s.io/metrics-server/cmd/metrics-server@v$METRICS_SERVER"
  build "crane-$CRANE" install_module "github.com/google/go-containerregistry/cmd/crane@v$CRANE"
  build "pause-$PAUSE" compile_pause
}
