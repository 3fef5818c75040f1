{{/* Name of the application: the first half of the selector. */}}
{{- define "ml-service.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 58 | trimSuffix "-" }}
{{- end }}

{{/* Name of the objects: the release's name, with the chart's name behind it unless it is in it already. */}}
{{- define "ml-service.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 58 | trimSuffix "-" }}
{{- else if contains (include "ml-service.name" .) .Release.Name }}
{{- .Release.Name | trunc 58 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name (include "ml-service.name" .) | trunc 58 | trimSuffix "-" }}
{{- end }}
{{- end }}

{{/* What a selector selects by. Selectors can never be changed, so nothing that changes may be in here. */}}
{{- define "ml-service.selectorLabels" -}}
app.kubernetes.io/name: {{ include "ml-service.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{/* Labels of every object, the name apart: the test pod must not be found by the Service's selector. */}}
{{- define "ml-service.commonLabels" -}}
app.kubernetes.io/version: {{ .Chart.AppVersion | replace "+" "_" | trunc 63 | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" | trimSuffix "." | trimSuffix "_" }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* Labels of the service's objects. */}}
{{- define "ml-service.labels" -}}
{{ include "ml-service.selectorLabels" . }}
{{ include "ml-service.commonLabels" . }}
{{- end }}

{{- define "ml-service.serviceAccountName" -}}
{{- if .Values.serviceAccount.create }}
{{- default (include "ml-service.fullname" .) .Values.serviceAccount.name }}
{{- else }}
{{- default "default" .Values.serviceAccount.name }}
{{- end }}
{{- end }}

{{/* Labels of the service's pods: no version, or a new chart would restart pods that did not change. */}}
{{- define "ml-service.podLabels" -}}
{{ include "ml-service.selectorLabels" . }}
{{- with .Values.labels }}
{{ toYaml . }}
{{- end }}
{{- end }}

{{/* The image: by digest, else by tag, else a failure that says what to set. */}}
{{- define "ml-service.image" -}}
{{- if not .Values.image.repository }}
{{- fail "image.repository is not set: say where the image lives, e.g. --set image.repository=docker.io/acme/ml-service (gke:deploy sets it from <image>)" }}
{{- else if .Values.image.digest }}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest }}
{{- else if .Values.image.tag }}
{{- printf "%s:%s" .Values.image.repository .Values.image.tag }}
{{- else }}
{{- fail "neither image.digest nor image.tag is set: say which image runs, e.g. --set image.digest=sha256:… (gke:deploy sets it from <image>)" }}
{{- end }}
{{- end }}

{{/* Refuses what could be rendered but would not work. */}}
{{- define "ml-service.check" -}}
{{- $version := .Capabilities.KubeVersion.Version }}
{{- /* v1.20.0 is what Helm says when it asks no cluster and was built without a version: see Chart.yaml. The -0 lets vendors' suffixes in. */}}
{{- if and (semverCompare "<1.30.0-0" $version) (ne $version "v1.20.0") }}
{{- fail (printf "the cluster runs Kubernetes %s, but the preStop sleep of this chart needs 1.30 or newer" $version) }}
{{- end }}
{{- $startup := mul .Values.probes.startup.periodSeconds .Values.probes.startup.failureThreshold }}
{{- $deadline := int64 .Values.progressDeadlineSeconds }}
{{- if ge $startup $deadline }}
{{- fail (printf "probes.startup waits up to %d s (periodSeconds x failureThreshold), but progressDeadlineSeconds is %d: a slow start would be called a failed rollout. Raise progressDeadlineSeconds." $startup $deadline) }}
{{- end }}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- fail (printf "autoscaling.minReplicas (%d) is greater than autoscaling.maxReplicas (%d)" (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) }}
{{- end }}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) }}
{{- fail "ingress.enabled is true, but ingress.hosts is empty: name the host to be reached by, e.g. --set ingress.hosts[0].host=iforest.example.com" }}
{{- end }}
{{- end }}

{{/* What the restricted Pod Security Standard asks of a pod and of a container. Not a value: nobody can loosen it by accident. */}}
{{- define "ml-service.podSecurityContext" -}}
runAsNonRoot: true
runAsUser: 10001
runAsGroup: 10001
seccompProfile:
  type: RuntimeDefault
{{- end }}

{{- define "ml-service.containerSecurityContext" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities:
  drop: [ALL]
{{- end }}

{{/* The environment of every container of the image: its own settings, then the user's, who wins. Sorted by name. */}}
{{- define "ml-service.env" -}}
{{- range $name, $value := merge (dict) .Values.env (dict
      "ORT_DISABLE_TELEMETRY" "1"
      "SERVE_GRACE" "0s"
      "SERVE_DRAIN" (printf "%ds" (int .Values.drain.timeoutSeconds))) }}
- name: {{ $name }}
  value: {{ $value | quote }}
{{- end }}
{{- end }}
