{{- define "faulty.selectorLabels" -}}
app.kubernetes.io/name: faulty
app.kubernetes.io/instance: {{ .Release.Name }}
{{- with .Values.selector }}
selector: {{ . | quote }}
{{- end }}
{{- end }}

{{- define "faulty.image" -}}
{{- .Values.otherImage | default (printf "%s@%s" .Values.image.repository .Values.image.digest) | quote }}
{{- end }}

{{/* What the restricted Pod Security Standard asks of a container, or the contrary. */}}
{{- define "faulty.securityContext" -}}
{{- if .Values.root }}
runAsUser: 0
{{- else }}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
runAsNonRoot: true
runAsUser: 65534
seccompProfile:
  type: RuntimeDefault
capabilities:
  drop: [ALL]
{{- end }}
{{- end }}

{{/* A container that ends: of a hook or of a test. */}}
{{- define "faulty.ending" -}}
- name: {{ .name }}
  image: {{ include "faulty.image" .root }}
  env:
    - {name: FAULT, value: end}
    - {name: SECONDS, value: {{ .step.seconds | quote }}}
    - {name: EXIT_CODE, value: {{ eq .step.outcome "ok" | ternary 0 3 | quote }}}
  securityContext:
    {{- include "faulty.securityContext" .root | trim | nindent 4 }}
{{- end }}
