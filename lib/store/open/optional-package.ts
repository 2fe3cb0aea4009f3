import { OpenStoreError } from './open-store-error.ts'

/**
 * Loads a package that not everybody needs.
 * @throws OpenStoreError when it is not installed
 */
export async function optionalPackage<T>(name: string, purpose: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    // A package that is there and lacks one of its own is another problem.
    if (code !== 'ERR_MODULE_NOT_FOUND' || !message.includes(`'${name}'`)) throw error
    throw new OpenStoreError(`${purpose} needs the package ${name}: npm install ${name}`, { cause: error })
  }
}
