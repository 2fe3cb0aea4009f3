/** What went wrong at start, in one line that a person can act on. */
export function startupErrorLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return listenErrorLine(error) ?? error.message.replace(/\s+/g, ' ')
}

function listenErrorLine(error: NodeJS.ErrnoException & { port?: number; address?: string }): string | undefined {
  const { code, port, address } = error
  if (code === 'EADDRINUSE') return `port ${port} is in use: stop what listens there, or choose another port`
  if (code === 'EACCES' && port !== undefined)
    return `port ${port} is for the administrator only: choose one above 1023`
  if (code === 'EADDRNOTAVAIL')
    return `HOST is no address of this machine (${address}): use 127.0.0.1, or 0.0.0.0 for all`
  return undefined
}
