import assert from 'node:assert/strict'
import { test } from 'node:test'
import { requirementContext } from '../../../lib/authorize/requirements.ts'
import type { PatternSegment } from '../../../lib/authorize/route-pattern.ts'
import { type CompiledRule, compileRule } from '../../../lib/authorize/route-rule.ts'
import { RouteTree } from '../../../lib/authorize/route-tree.ts'

const literal = (text: string): PatternSegment => ({ kind: 'literal', text })
const ONE: PatternSegment = { kind: 'one' }
const REST: PatternSegment = { kind: 'rest' }

/** The tree goes by the pattern: the path only tells rules apart. */
function ruleOf(name: string, methods?: readonly string[]): CompiledRule {
  return compileRule({ path: `/${name}`, public: true, ...(methods && { methods }) }, requirementContext({}))
}

function treeOf(...paths: readonly (readonly [string, ...PatternSegment[]])[]): RouteTree {
  const tree = new RouteTree()
  for (const [id, ...pattern] of paths) tree.addAt(pattern, ruleOf(id))
  return tree
}

const found = (tree: RouteTree, ...segments: readonly string[]) =>
  tree.findAt(segments, 0, 'GET', 'a.test')?.path.slice(1)

test('every literal that may follow is told from the others, the first as well as the last', () => {
  const tree = treeOf(
    ['a', literal('a')],
    ['b', literal('b')],
    ['c', literal('c')],
    ['b/c', literal('b'), literal('c')],
  )
  for (const id of ['a', 'b', 'c']) assert.equal(found(tree, id), id)
  assert.equal(found(tree, 'b', 'c'), 'b/c')
  assert.equal(found(tree, 'a', 'c'), undefined)
  assert.equal(found(tree, 'd'), undefined)
})

test('an empty segment is no literal, and the root is no rule', () => {
  const tree = treeOf(['a', literal('a')])
  assert.equal(found(tree, ''), undefined)
  assert.equal(found(tree), undefined)
})

test('what a literal does not lead to is looked for behind ":name", and then behind "**"', () => {
  const tree = treeOf(['a/b', literal('a'), literal('b')], [':x/c', ONE, literal('c')], ['**', REST])
  assert.equal(found(tree, 'a', 'b'), 'a/b')
  assert.equal(found(tree, 'a', 'c'), ':x/c')
  assert.equal(found(tree, 'a', 'd'), '**')
  assert.equal(found(tree), '**')
})

test('two rules of one path and method are refused wherever they are in the list of methods', () => {
  const tree = new RouteTree()
  tree.addAt([literal('a')], ruleOf('first', ['GET', 'HEAD', 'PUT']))
  for (const method of ['GET', 'HEAD', 'PUT']) {
    assert.throws(() => tree.addAt([literal('a')], ruleOf('second', ['POST', method])), /govern the same requests/)
  }
})
