def log = new File(basedir, 'build.log').text
assert basedir.path.contains(' ')
assert log.count('BUILD SUCCESS') == 2
assert log.count('Released: revision 1 of buoy-1.0.0') == 2
assert new File(basedir, 'target/gke/deployment.json').text.contains('"release" : "buoy"')
true
