def read = { file -> new groovy.json.JsonSlurper().parse(new File(basedir, file)) }

def left = read('left/target/gke/deployment.json')
def right = read('right/target/gke/deployment.json')
assert left.outcome == 'deployed' && right.outcome == 'deployed'
assert left.startedAt < right.finishedAt && right.startedAt < left.finishedAt : 'one after the other, not at once'

assert read('right/target/gke/again.json').outcome == 'unchanged'
assert !new File(basedir, 'left/target/gke/again.json').exists()
assert ['left', 'right'].every { read(it + '/target/gke/gone.json').outcome == 'undeployed' }

def log = new File(basedir, 'build.log').text
assert log.count('BUILD SUCCESS') == 3
assert log.contains('left is gone') && log.contains('right is gone')
true
