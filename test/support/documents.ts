import { isInRepository, type RepositoryFile, repositoryFile, repositoryFiles } from './repository-files.ts'

/** Everything that is written for people: at the root, in docs/, and beside the examples. */
export function documents(): readonly RepositoryFile[] {
  const atRoot = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'CHANGELOG.md'].filter(isInRepository)
  return [...atRoot.map(repositoryFile), ...repositoryFiles('docs', '.md'), ...repositoryFiles('examples', '.md')]
}
