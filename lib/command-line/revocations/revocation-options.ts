import { API_KEY_PATTERN } from '../../api-key.ts'
import type { Arguments } from '../arguments.ts'
import type { CommandOption, CommandOptions } from '../command.ts'
import { parseDuration } from '../duration.ts'
import { usageFailure } from '../exit-code.ts'
import { parseTime, TIME_HELP } from '../time.ts'

export const REVOKE_OPTIONS: CommandOptions = {
  issuer: { value: 'URL', help: 'Only tokens of this issuer, as its "iss" says. Without: of every issuer.' },
  'expires-in': {
    value: 'TIME',
    help: 'When the last token that this ends has expired by itself: how long tokens live at most. Default: 1d, the longest that gatewarden accepts JWTs for unless maxLifetimeSeconds says otherwise.',
  },
}

export const BEFORE_OPTION: CommandOption = { value: 'TIME', help: `Only tokens issued before: ${TIME_HELP}.` }

/** @throws CommandFailure when `--before` is no time, or one to come */
export function beforeGiven(given: Arguments, now: number): number | undefined {
  const text = given.text('before')
  if (text === undefined) return undefined
  const time = text === 'now' ? now : parseTime(text)
  if (time === undefined) throw usageFailure(`--before must be ${TIME_HELP}`)
  if (time > now) throw usageFailure('--before is still to come: it would end tokens that are issued from now on')
  return time
}

/** @throws CommandFailure when `--expires-in` is no time such as `1d` */
export function expiresAtGiven(given: Arguments, now: number): number {
  const seconds = parseDuration(given.text('expires-in') ?? '1d')
  if (!seconds) throw usageFailure('--expires-in must be a time such as 1d, 12h or 2w')
  return Math.ceil(now) + seconds
}

/** @throws CommandFailure when `--below` is no whole number */
export function versionGiven(given: Arguments): number {
  const text = given.text('below') ?? ''
  if (!/^\d{1,15}$/.test(text)) throw usageFailure('--below must be a whole number, such as 4')
  return Number(text)
}

/**
 * Refuses a token or a key where a name belongs: it is in the shell's history then, and must not be in our output too.
 * @throws CommandFailure
 */
export function assertName(name: string): void {
  if (/^ey[\w-]*\.[\w-]*\./.test(name)) {
    throw usageFailure('that is a token, not the id of one; its id is its claim "jti"')
  }
  if (new RegExp(API_KEY_PATTERN).test(name))
    throw usageFailure('that is an API key; "keys revoke" ends keys, by their id')
}
