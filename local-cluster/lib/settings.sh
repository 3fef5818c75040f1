# shellcheck shell=bash
# Keys, kubeconfigs and the settings of each process. Keys are made once; settings are written anew at every `up`.

make_keys() {
  local work=$home/.keys client=extendedKeyUsage=clientAuth
  [ -d "$pki" ] && openssl x509 -checkend 864000 -noout -in "$pki/ca.crt" >/dev/null && return 0
  [ ! -d "$pki" ] || say "the keys in $pki are about to expire: making new ones"
  rm -rf "$work" "$pki"
  mkdir -m 755 "$work"
  openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/ca.key" -out "$work/ca.crt" -days 3650 -subj /CN=local-cluster 2>/dev/null
  key() { # name subject extensions
    openssl req -newkey rsa:2048 -nodes -keyout "$work/$1.key" -out "$work/$1.csr" -subj "$2" 2>/dev/null
    openssl x509 -req -in "$work/$1.csr" -CA "$work/ca.crt" -CAkey "$work/ca.key" -CAcreateserial -days 3650 -out "$work/$1.crt" \
      -extfile <(printf '%b' "$3") 2>/dev/null
    rm "$work/$1.csr"
  }
  key apiserver /CN=kube-apiserver "subjectAltName=DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,IP:127.0.0.1,IP:10.96.0.1,IP:$node_ip"
  key etcd /CN=etcd "extendedKeyUsage=clientAuth,serverAuth\nsubjectAltName=DNS:localhost,IP:127.0.0.1"
  key admin /O=system:masters/CN=admin $client
  key kube-controller-manager /CN=system:kube-controller-manager $client
  key kube-scheduler /CN=system:kube-scheduler $client
  key kube-proxy /CN=system:kube-proxy $client
  key front-proxy /CN=front-proxy $client
  key kubelet "/O=system:nodes/CN=system:node:$node" "extendedKeyUsage=clientAuth,serverAuth\nsubjectAltName=DNS:$node,IP:$node_ip"
  openssl genrsa -out "$work/service-accounts.key" 2048 2>/dev/null
  openssl rsa -in "$work/service-accounts.key" -pubout -out "$work/service-accounts.pub" 2>/dev/null
  chmod 600 "$work"/*.key
  sync -f "$work"
  mv -T "$work" "$pki"
}

write_kubeconfig() { # file key
  (
    umask 077
    cat >"$1.new" <<YAML
apiVersion: v1
kind: Config
clusters:
- name: local
  cluster: {server: "https://127.0.0.1:6443", certificate-authority-data: $(base64 -w0 "$pki/ca.crt")}
users:
- name: $2
  user: {client-certificate-data: $(base64 -w0 "$pki/$2.crt"), client-key-data: $(base64 -w0 "$pki/$2.key")}
contexts:
- name: local
  context: {cluster: local, user: $2}
current-context: local
YAML
  )
  mv "$1.new" "$1"
}

write_settings() {
  local user
  write_kubeconfig "$kubeconfig" admin
  for user in kube-controller-manager kube-scheduler kubelet kube-proxy; do write_kubeconfig "$home/settings/$user.kubeconfig" $user; done
  cd "$home/settings"

  cat >cni/10-pods.conflist <<JSON
{"cniVersion": "1.0.0", "name": "$network", "plugins": [
  {"type": "bridge", "bridge": "$bridge", "isGateway": true, "ipMasq": true, "hairpinMode": true,
   "ipam": {"type": "host-local", "dataDir": "$home/cni/leases", "ranges": [[{"subnet": "$pods"}]], "routes": [{"dst": "0.0.0.0/0"}]}}]}
JSON

  # restrict_oom_score_adj: without CAP_SYS_RESOURCE runc dies with "can't get final child's PID from pipe".
  # netns_mounts_under_state_dir, opt: so that nothing is left outside of our folder.
  cat >containerd.toml <<TOML
version = 2
root = "$home/ctr/root"
state = "$run/ctr"
disabled_plugins = ["io.containerd.snapshotter.v1.aufs", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.zfs"]
[grpc]
  address = "$run/containerd.sock"
[plugins."io.containerd.internal.v1.opt"]
  path = "$home/ctr/opt"
[plugins."io.containerd.grpc.v1.cri"]
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  sandbox_image = "$registry/pause:$PAUSE"
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "$home/settings/cni"
  [plugins."io.containerd.grpc.v1.cri".registry.mirrors."$registry"]
    endpoint = ["http://$registry"]
TOML

  cat >registry.yml <<YAML
version: 0.1
log: {level: warn}
storage: {filesystem: {rootdirectory: $home/registry}, delete: {enabled: true}}
http: {addr: "127.0.0.1:5000", secret: only-this-process-needs-it}
YAML

  # protectKernelDefaults stays off: the kubelet sets what it needs, and down puts it back.
  cat >kubelet.yaml <<YAML
apiVersion: kubelet.config.k8s.io/v1beta1
kind: KubeletConfiguration
address: $node_ip
failSwapOn: false
failCgroupV1: false
cgroupDriver: cgroupfs
containerRuntimeEndpoint: unix://$run/containerd.sock
podLogsDir: $log/pods
volumePluginDir: $home/kubelet/volume-plugins
authentication: {anonymous: {enabled: false}, webhook: {enabled: true}, x509: {clientCAFile: $pki/ca.crt}}
authorization: {mode: Webhook}
tlsCertFile: $pki/kubelet.crt
tlsPrivateKeyFile: $pki/kubelet.key
clusterDNS: [$node_ip]
clusterDomain: cluster.local
evictionHard: {"nodefs.available": "1%", "imagefs.available": "1%", "memory.available": "100Mi"}
imageGCHighThresholdPercent: 100
YAML

  # Tokens that the API server does not know go to a webhook on loopback: an emulator of Google's token check. If nobody
  # listens there, they are refused at once.
  cat >token-webhook.yaml <<'YAML'
apiVersion: v1
kind: Config
clusters: [{name: google, cluster: {server: "http://127.0.0.1:18443/tokenreview"}}]
users: [{name: kube-apiserver}]
contexts: [{name: google, context: {cluster: google, user: kube-apiserver}}]
current-context: google
YAML

  cat >Corefile <<TEXT
.:53 {
    bind $node_ip
    errors
    health 127.0.0.1:8181
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        kubeconfig $kubeconfig
    }
$(! grep -q '^nameserver' /etc/resolv.conf 2>/dev/null || echo '    forward . /etc/resolv.conf')
    cache 30
}
TEXT

  # metrics-server runs beside the cluster, so its Service has no selector and an endpoint written by hand.
  cat >metrics-server.yaml <<YAML
apiVersion: v1
kind: Service
metadata: {name: metrics-server, namespace: kube-system}
spec: {ports: [{port: 443, targetPort: 4443, protocol: TCP}]}
---
apiVersion: discovery.k8s.io/v1
kind: EndpointSlice
metadata: {name: metrics-server-1, namespace: kube-system, labels: {kubernetes.io/service-name: metrics-server}}
addressType: IPv4
ports: [{port: 4443, protocol: TCP}]
endpoints: [{addresses: ["$node_ip"], conditions: {ready: true}}]
---
apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: {name: v1beta1.metrics.k8s.io}
spec: {group: metrics.k8s.io, groupPriorityMinimum: 100, insecureSkipTLSVerify: true, service: {name: metrics-server, namespace: kube-system}, version: v1beta1, versionPriority: 100}
YAML
  cp "$here/lib/loadbalancer" .
  cd "$home"
}
