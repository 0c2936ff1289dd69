import { bodies, types } from "./bodies.ts"
import { chats } from "./chats.ts"
import { ids } from "./ids.ts"
import type { Row } from "./row.ts"
import { texts } from "./texts.ts"
import { workspaces } from "./workspaces.ts"

/** Every input that must not hurt. */
export const rows: ReadonlyArray<Row> = [...texts, ...ids, ...bodies, ...types, ...chats, ...workspaces]
