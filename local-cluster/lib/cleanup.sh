# shellcheck shell=bash
# Takes back what this cluster made on the machine, and only that. Works with everything alive, everything killed, or
# after a restart of the machine; every function may run when there is nothing to do.

# Asks the components to end, all at once, and waits for each; after ten seconds it insists.
stop() { # name...
  local name pid i
  for name in "$@"; do
    # Each leads a process group of its own (setsid); what it forked is in it, containerd's shims are not.
    if pid=$(pid_of "$name"); then kill -TERM -- "-$pid" 2>/dev/null || kill -TERM "$pid" 2>/dev/null || true; fi
  done
  for name in "$@"; do
    for ((i = 0; i < 100; i++)); do
      alive "$name" || break
      sleep 0.1
    done
    if pid=$(pid_of "$name"); then kill -KILL -- "-$pid" 2>/dev/null || kill -KILL "$pid" 2>/dev/null || true; fi
    rm -f "$run/$name.pid"
  done
}

# Ends processes that no pid file knows: TERM, two seconds, KILL.
end() { # pid...
  local i pid left
  (($#)) || return 0
  kill -TERM "$@" 2>/dev/null || true
  for ((i = 0; i < 30; i++)); do
    left=()
    for pid in "$@"; do start_time "$pid" >/dev/null && left+=("$pid"); done
    ((${#left[@]})) || return 0
    ((i != 20)) || kill -KILL "${left[@]}" 2>/dev/null || true
    sleep 0.1
  done
}

# Processes of ours whose pid file is lost or wrong (`up` was killed just then), so that nobody knows them. Shims, what they run,
# and the session of a known component are known.
end_strays() {
  local name pid session known=' ' strays=()
  for name in "${components[@]}"; do if pid=$(pid_of "$name"); then known+="$pid "; fi; done
  for pid in $(marked); do
    session=$(sed 's/.*) //' "/proc/$pid/stat" 2>/dev/null | cut -d' ' -f4) || continue # it has ended since
    case $(cat "/proc/$pid/comm" 2>/dev/null) in containerd-shim | runc* | '') continue ;; esac
    [[ $known == *" $session "* ]] || strays+=("$pid")
  done
  ((${#strays[@]})) || return 0
  say "ending ${#strays[@]} process(es) of ours that have lost their pid file: ${strays[*]}"
  end "${strays[@]}"
}

# Pods, and the shims that hold them.
end_pods() {
  local ids id
  # shellcheck disable=SC2046
  end $(in_pods)
  if alive containerd; then
    # containerd also forgets them, so that it does not look for them at its next start, and frees their disk space.
    local ctr=(timeout 60 ctr --address "$run/containerd.sock" -n k8s.io)
    ids=$("${ctr[@]}" containers ls -q 2>/dev/null || true)
    # shellcheck disable=SC2086
    if [ -n "$ids" ]; then
      "${ctr[@]}" tasks delete -f $ids >/dev/null 2>&1 || true
      "${ctr[@]}" containers delete $ids >/dev/null 2>&1 || true
    fi
    stop containerd
  fi
  # Shims do not end at TERM while they think they have a container.
  for id in $(marked); do
    if [ "$(cat "/proc/$id/comm" 2>/dev/null)" = containerd-shim ]; then kill -KILL "$id" 2>/dev/null || true; fi
  done
}

mounted() { awk -v folder="$home/" 'index($2, folder) == 1 {found = 1} END {exit !found}' /proc/mounts; }

# Mounts in our folder, innermost first: pods' root file systems, their volumes, their network namespaces.
unmount() {
  local at i
  for i in 1 2 3; do
    awk -v folder="$home/" 'index($2, folder) == 1 {print $2}' /proc/mounts | sort -ru | while read -r at; do
      umount "$at" 2>/dev/null || ((i < 3)) || umount -l "$at" 2>/dev/null || true
    done
    mounted || return 0
    sleep 0.3
  done
  ! mounted || die "mounts are still there under $home, so nothing in it was deleted" "see: grep $home /proc/mounts"
}

# Whose bridge it is, is written on it: another state folder has a cluster of its own.
made_bridge() { [ "$(bridge_owner)" = "$home" ]; }

# Have kube-proxy and kubelet of ours written rules since the machine started?
made_rules() { [ "$(cat "$made/iptables" 2>/dev/null)" = "$boot" ] || made_bridge; }

# Deletes our chains and the rules that lead to them, in one transaction, and leaves every other rule as it is: not a
# save and restore of the whole, which would undo what somebody else changed in between.
remove_rules() {
  local tables script
  made_rules || return 0
  for tables in iptables ip6tables; do
    command -v $tables-save >/dev/null || continue
    script=$($tables-save 2>/dev/null | awk -v network="$network" '
      /^\*/ {table = $0; rules = flush = delete_chains = ""; n = 0; delete ours}
      /^:KUBE-/ {ours[substr($1, 2)] = 1}
      /^-A/ {
        line[++n] = $0
        # A chain of the CNI bridge plugin is ours if the rule that jumps to it names our network.
        if (index($0, network)) for (i = 1; i < NF; i++) if ($i == "-j" && $(i + 1) ~ /^CNI-/) ours[$(i + 1)] = 1
      }
      /^COMMIT/ {
        for (i = 1; i <= n; i++) {
          split(line[i], word, " ")
          if (word[2] in ours) continue
          target = line[i]; if (!sub(/.* -j /, "", target)) target = ""; sub(/ .*/, "", target)
          if (target in ours || index(line[i], "slipway-local-cluster")) {sub(/^-A/, "-D", line[i]); rules = rules line[i] "\n"}
        }
        for (chain in ours) {flush = flush ":" chain " - [0:0]\n"; delete_chains = delete_chains "-X " chain "\n"}
        if (rules flush != "") printf "%s\n%s%s%sCOMMIT\n", table, flush, rules, delete_chains
      }')
    [ -z "$script" ] || printf '%s\n' "$script" | $tables-restore --noflush -w 10 || warn "some $tables rules could not be removed"
  done
  rm -f "$made/iptables"
}

remove_network() {
  local port
  if made_bridge; then
    for port in $(ip -o link show master "$bridge" | sed -n 's/^[0-9]*: \([^@:]*\).*/\1/p'); do ip link del "$port" 2>/dev/null || true; done
    ip link del "$bridge" || true # its routes go with it
  fi
  conntrack -D -s "$pods" >/dev/null 2>&1 || true
  find /var/lib/cni/results -name "$network-*" -delete 2>/dev/null || true
  rmdir /var/lib/cni/results /var/lib/cni 2>/dev/null || true
}

# The kubelet's groups, unless they were there before. rmdir refuses one that holds a process.
remove_cgroups() {
  local at
  [ -e "$made/cgroups" ] || return 0
  for at in /sys/fs/cgroup/kubepods /sys/fs/cgroup/*/kubepods; do
    [ ! -d "$at" ] || find "$at" -depth -type d -exec rmdir {} + 2>/dev/null || true
  done
  rm -f "$made/cgroups"
}

# Folders that the kubelet insists on outside of ours; only if empty but for its own sockets.
remove_folders() {
  [ -e "$made/kubelet-folders" ] || return 0
  rm -f /var/lib/kubelet/device-plugins/kubelet.sock
  rmdir /var/lib/kubelet/device-plugins /var/lib/kubelet 2>/dev/null || true
  find /var/log/containers -xtype l -lname "$log/*" -delete 2>/dev/null || true
  rmdir /var/log/containers 2>/dev/null || true
  rm -f "$made/kubelet-folders"
}

# Kernel settings that up, kubelet and kube-proxy change. Noted before (`key value`), with the boot they belong to.
sysctls=(net/ipv4/ip_forward net/ipv4/conf/all/route_localnet vm/overcommit_memory vm/panic_on_oom kernel/panic
  kernel/panic_on_oops kernel/keys/root_maxkeys kernel/keys/root_maxbytes net/netfilter/nf_conntrack_max)

settings() { local key; for key in "${sysctls[@]}"; do [ ! -r "/proc/sys/$key" ] || echo "$key $(cat "/proc/sys/$key")"; done; }

note_settings() {
  [ "$(cat "$made/boot" 2>/dev/null)" != "$boot" ] || [ ! -f "$made/settings-before" ] || return 0
  settings >"$made/settings-before"
  rm -f "$made/settings-after"
  echo "$boot" >"$made/boot"
}

# Puts back each setting that changed while the cluster came up and has not been changed by anybody since.
restore_settings() {
  local key before after
  if [ -f "$made/settings-after" ] && [ "$(cat "$made/boot" 2>/dev/null)" = "$boot" ]; then
    while read -r key before; do
      after=$(sed -n "s|^$key ||p" "$made/settings-after")
      if [ "$before" = "$after" ] || [ "$(cat "/proc/sys/$key")" != "$after" ]; then continue; fi
      if [ "$key" = net/ipv4/ip_forward ] && [ -n "$(ip -o link show type bridge)" ]; then
        say "left net.ipv4.ip_forward at $after (it was $before): another bridge on this machine may need it by now"
        continue
      fi
      echo "$before" >"/proc/sys/$key" || true
    done <"$made/settings-before"
  fi
  rm -f "$made/settings-before" "$made/settings-after" "$made/boot"
}

# Ends everything and takes back everything; the data stays. Newest first. The API server drains when its clients are gone.
take_down() {
  stop loadbalancer metrics-server coredns kubelet
  end_pods
  stop kube-proxy kube-scheduler kube-controller-manager
  stop kube-apiserver
  stop registry etcd
  # shellcheck disable=SC2046
  end $(marked)
  # shellcheck disable=SC2046
  end $(in_pods)
  unmount
  # The kubelet's notes are of pods that are gone; one that a power cut has damaged keeps it from starting.
  rm -rf --one-file-system "$run" "$home/cni/leases" "$home"/kubelet/*_state
  remove_rules
  remove_network
  remove_cgroups
  remove_folders
}

# Is there anything of ours on this machine?
traces() {
  [ -n "$(marked)$(in_pods)" ] || [ -e "$run" ] || made_bridge || made_rules || mounted
}
