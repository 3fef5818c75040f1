def pom = new File(basedir, 'pom.xml').readLines()
assert pom.size() <= 25 : "the POM has ${pom.size()} lines"

// One build after the other in one log.
def builds = new File(basedir, 'build.log').text.split(/(?m)^(?=.*Apache Maven \d)/).findAll { it.contains('Java version') }
def on = builds.collect { build ->
    assert build.contains('BUILD SUCCESS')
    assert build.contains('Released: revision 1 of lamp-1.0.0 in namespace alone runs')
    assert build.contains('Workloads: Deployment/lamp 1/1 ready')
    assert build.contains('lamp is gone')
    (build =~ /Apache Maven (\d\.\d+)/)[0][1] + ' on ' + (build =~ /Java version: (\d+)/)[0][1]
}
assert on == ['3.8 on 17', '3.8 on 25', '3.9 on 17', '3.9 on 25', '4.0 on 17', '4.0 on 25']
true
