// Plain JavaScript, for the Node.js that is too old runs it too.
const OLDEST = '22.18'

const [major, minor] = process.versions.node.split('.').map(Number)
const [oldestMajor, oldestMinor] = OLDEST.split('.').map(Number)

if (major < oldestMajor || (major === oldestMajor && minor < oldestMinor)) {
  console.error(
    `Node.js ${OLDEST} or later is needed to run the sources; this is ${process.versions.node}. Try npm ci.`,
  )
  process.exit(1)
}
