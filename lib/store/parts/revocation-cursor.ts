import { randomUUID } from 'node:crypto'

/** Stands for one entry of a log: its place, and its id, for another entry may be in that place after a restore. */
export interface Cursor {
  readonly position: number
  readonly id: string
}

export function newEntryId(): string {
  return randomUUID()
}

export function cursorText({ position, id }: Cursor): string {
  return `${position}:${id}`
}

/** @returns `undefined` for the beginning, and for what is no cursor of ours */
export function parseCursor(text: string): Cursor | undefined {
  const [, position = '', id = ''] = /^(\d{1,16}):([\w-]{1,64})$/.exec(text) ?? []
  return id === '' ? undefined : { position: Number(position), id }
}
