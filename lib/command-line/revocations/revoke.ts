import { revocationProblem } from '../../checked-revocation.ts'
import type { Revocation } from '../../store/revocation-list.ts'
import type { Arguments } from '../arguments.ts'
import type { Command } from '../command.ts'
import { EXIT, type ExitCode, usageFailure } from '../exit-code.ts'
import type { Io } from '../io.ts'
import { printableJson } from '../printable.ts'
import {
  assertName,
  BEFORE_OPTION,
  beforeGiven,
  expiresAtGiven,
  REVOKE_OPTIONS,
  versionGiven,
} from './revocation-options.ts'
import { revocationInWords } from './revocation-output.ts'
import { withRevocations } from './with-revocations.ts'

interface Way extends Pick<Command, 'name' | 'summary' | 'purpose' | 'options' | 'examples'> {
  /** How the help calls what is named. */
  readonly operand: string
  readonly usage: string
  /** What is revoked, less its issuer and its end. */
  what(name: string, given: Arguments, now: number): Readonly<Record<string, unknown>>
}

const SEEN = 'Every gateway on the store sees it: at once with Redis, else at its next poll.'

const WAYS: readonly Way[] = [
  {
    name: 'token',
    summary: 'Revoke one access token.',
    purpose: `Ends one access token before it expires, by its id: the claim "jti". ${SEEN}`,
    operand: 'JTI',
    usage: '[--issuer URL] [--expires-in TIME]',
    options: {},
    examples: [['One that leaked', 'gatewarden revoke token 5f0c6a1e --issuer https://login.example.com']],
    what: (tokenId) => ({ kind: 'token', tokenId }),
  },
  {
    name: 'session',
    summary: 'Revoke the tokens of one login.',
    purpose: `Ends the access tokens of one login, by the claim "sid". ${SEEN}`,
    operand: 'SID',
    usage: '[--issuer URL] [--expires-in TIME]',
    options: {},
    examples: [['A session on a lost phone', 'gatewarden revoke session 08a5019c --expires-in 12h']],
    what: (sessionId) => ({ kind: 'session', sessionId }),
  },
  {
    name: 'client',
    summary: 'Revoke the tokens of a client.',
    purpose: `Ends the access tokens of a client, its own and those that it has for users. Without --before also those that
      it gets from now on, until --expires-in has passed. ${SEEN}`,
    operand: 'CLIENT_ID',
    usage: '[--before TIME] [--issuer URL] [--expires-in TIME]',
    options: { before: BEFORE_OPTION },
    examples: [
      ['A client that must stop', 'gatewarden revoke client reports-app'],
      ['Its tokens until now: its secret had leaked', 'gatewarden revoke client reports-app --before now'],
    ],
    what: (clientId, given, now) => ({ kind: 'client', clientId, issuedBefore: beforeGiven(given, now) }),
  },
  {
    name: 'subject',
    summary: 'Revoke the tokens about a user.',
    purpose: `Ends the access tokens about a user (or what else "sub" names) that were issued before a time: those that do
      not say when they were issued too. Default: before now. ${SEEN}`,
    operand: 'SUBJECT',
    usage: '[--before TIME] [--issuer URL] [--expires-in TIME]',
    options: { before: BEFORE_OPTION },
    examples: [
      ['All tokens of a user whose password was changed', 'gatewarden revoke subject auth0|1234'],
      ['Those from before an incident', 'gatewarden revoke subject alice --before 2026-11-24T09:30:00Z'],
    ],
    what: (subject, given, now) => ({ kind: 'subject', subject, issuedBefore: beforeGiven(given, now) ?? now }),
  },
  {
    name: 'version',
    summary: 'Revoke the tokens about a user below a version.',
    purpose: `Ends the access tokens about a user whose claim "token_version" is below a number: those that have none too.
      ${SEEN}`,
    operand: 'SUBJECT',
    usage: '--below NUMBER [--issuer URL] [--expires-in TIME]',
    options: { below: { value: 'NUMBER', required: true, help: 'The lowest version that is still good.' } },
    examples: [['After the fourth change of rights', 'gatewarden revoke version alice --below 4']],
    what: (subject, given) => ({ kind: 'version', subject, minVersion: versionGiven(given) }),
  },
]

/** `gatewarden revoke …`. */
export const REVOKE_COMMANDS: readonly Command[] = WAYS.map((way) => ({
  group: 'revoke',
  name: way.name,
  summary: way.summary,
  purpose: way.purpose,
  usage: [`${way.operand} ${way.usage}`],
  operands: { name: way.operand, least: 1, most: 1 },
  options: { ...way.options, ...REVOKE_OPTIONS },
  examples: way.examples,
  run: (given, io) => revoke(way, given, io),
}))

async function revoke(way: Way, given: Arguments, io: Io): Promise<ExitCode> {
  const [name = ''] = given.operands
  assertName(name)
  const now = io.now()
  const issuer = given.text('issuer')
  const revocation = { ...way.what(name, given, now), issuer, expiresAt: expiresAtGiven(given, now) }
  if (revocationProblem(revocation) !== undefined)
    throw usageFailure(`the ${way.operand} or the issuer is too long or empty`)
  const checked = JSON.parse(JSON.stringify(revocation)) as Revocation
  await withRevocations(given, io, async (store) => store.append(checked))
  await io.print(given.has('json') ? `${printableJson(checked)}\n` : `${revocationInWords(checked, now)}\n`)
  return EXIT.done
}
