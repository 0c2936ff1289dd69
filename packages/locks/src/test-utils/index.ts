export { startProcess } from "./child.ts"
