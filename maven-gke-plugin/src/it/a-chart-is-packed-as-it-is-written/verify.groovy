def archive = new File(basedir, 'target/note-1.2.3.tgz')
['values.yaml', 'templates/configmap.yaml'].each { file ->
    def packed = ['tar', '-xzOf', archive.path, "note/$file"].execute().text
    assert packed == new File(basedir, "src/main/helm/$file").text
}

def log = new File(basedir, 'build.log').text
assert log.count('BUILD SUCCESS') == 2
assert log.count('Skipped: this is Eclipse building its workspace (m2e.version is set)') == 2
assert log.contains('GKE-101') && log.contains('nowhere') && log.contains('gke.namespace')
true
