# shellcheck shell=bash
# Asks each component the question that its users will ask. Changes nothing, needs no root.

http() { curl -sf --noproxy '*' --max-time 3 "$@"; }
api() { "$kubectl" --kubeconfig "$kubeconfig" --request-timeout=5s "$@" 2>/dev/null; }

# A real query by UDP, for kubernetes.default.svc.cluster.local, without any DNS tool: the answer must hold 10.96.0.1.
dns_answers() {
  local answer
  exec 8<>"/dev/udp/$node_ip/53" || return 1
  printf '\x51\x1b\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x0akubernetes\x07default\x03svc\x07cluster\x05local\x00\x00\x01\x00\x01' |
    dd bs=512 iflag=fullblock status=none >&8 # one datagram; printf alone makes two, at the byte 0a of a length
  answer=$(timeout 2 dd bs=512 count=1 <&8 2>/dev/null | od -An -v -tx1 | tr -d ' \n')
  exec 8>&-
  [[ $answer == *00040a600001* ]]
}

# After a restart the API server still holds the old "Ready" of the node: only a lease renewed since then counts.
node_ready() {
  local ready renewed started
  ready=$(api get node $node -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}') || return 1
  [ "$ready" = True ] || return 1
  renewed=$(api get lease -n kube-node-lease $node -o 'jsonpath={.spec.renewTime}') || return 1
  started=$(stat -c %Y "$run/kubelet.pid") || return 1
  [ "$(date -d "$renewed" +%s)" -ge "$started" ]
}

# Helm and kubectl stumble over an API group that is registered and does not answer.
metrics_available() {
  [ "$(api get apiservice v1beta1.metrics.k8s.io -o 'jsonpath={.status.conditions[?(@.type=="Available")].status}')" = True ]
}

# Does COMPONENT answer? Success means yes.
answers() { # name
  alive "$1" || return 1
  case $1 in
    etcd) http http://127.0.0.1:2381/health | grep -q '"true"' ;;
    registry) http -o /dev/null http://$registry/v2/ ;;
    containerd) [ -S "$run/containerd.sock" ] && { [ "$(id -u)" != 0 ] || ctr --address "$run/containerd.sock" version >/dev/null 2>&1; } ;;
    kube-apiserver) http -o /dev/null --cacert "$pki/ca.crt" https://127.0.0.1:6443/readyz ;;
    kube-controller-manager) http -o /dev/null -k https://127.0.0.1:10257/healthz ;;
    kube-scheduler) http -o /dev/null -k https://127.0.0.1:10259/healthz ;;
    kubelet) http -o /dev/null http://127.0.0.1:10248/healthz && node_ready ;;
    kube-proxy) http -o /dev/null http://127.0.0.1:10256/healthz ;;
    coredns) dns_answers 2>/dev/null ;;
    metrics-server) metrics_available ;;
    loadbalancer) true ;;
  esac
}

# The question of `answers`, for people.
question() { # name
  case $1 in
    etcd) echo "health" ;;
    registry) echo "http://$registry/v2/" ;;
    containerd) echo "its socket answers" ;;
    kube-apiserver) echo "https://127.0.0.1:6443/readyz" ;;
    kube-controller-manager | kube-scheduler | kube-proxy) echo "healthz" ;;
    kubelet) echo "node $node is Ready" ;;
    coredns) echo "$node_ip resolves kubernetes.default" ;;
    metrics-server) echo "metrics API is available" ;;
    loadbalancer) echo "gives 10.97.x.y to LoadBalancers" ;;
  esac
}

manifests='application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json'
has_base_image() {
  http -o /dev/null -H "Accept: $manifests" "http://$registry/v2/${BASE_IMAGE%:*}/manifests/${BASE_IMAGE##*:}"
}
