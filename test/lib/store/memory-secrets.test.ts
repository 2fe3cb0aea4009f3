import { memorySecretStore } from '../../../lib/store/memory-secrets.ts'
import { secretStoreContract } from '../../contract/secret-store.ts'

secretStoreContract('memory', memorySecretStore)
