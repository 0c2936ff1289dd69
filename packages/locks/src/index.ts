export { DirectoryError, DirectoryLockedError, lockDirectory } from "./directory-lock.ts"
export { livingOwner, ownIdentity } from "./process-identity.ts"
