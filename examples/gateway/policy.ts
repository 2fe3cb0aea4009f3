import { readFile } from 'node:fs/promises'
import { loadPolicy } from '@open-policy-agent/opa-wasm'
import { opaPolicy, opaWasmPolicy, type Policy } from 'gatewarden'

/** The rule in `policy/authz.rego` that is asked: its package, and its name. */
const DECISION = 'gateway/authz/decision'

const DEADLINE_MS = 1_000

/**
 * Who decides what the table leaves to the policy `opa`: the server at that URL, or the same policy, compiled, in this
 * process. While it can't be asked, the answer is 503.
 */
export async function gatewayPolicy(opaUrl: string | undefined): Promise<Policy> {
  if (opaUrl !== undefined) return opaPolicy({ url: opaUrl, path: DECISION, deadlineMs: DEADLINE_MS })
  const compiled = await readFile(new URL('./policy/policy.wasm', import.meta.url))
  return opaWasmPolicy({ policy: await loadPolicy(compiled), entrypoint: DECISION })
}
