import type { ArchivedSession, SessionSnapshot } from "@workspace/domain"
import { Stream } from "effect"
import { encodeJson, encodeLine } from "../encode.ts"
import { snapshotOf } from "./archived-sessions.ts"

const textOf = (snapshot: SessionSnapshot) => Stream.mkString(Stream.decodeText(encodeJson(snapshot)))

export const jsonOf = (archived: ArchivedSession) => textOf(snapshotOf(archived))

export const lineOf = (archived: ArchivedSession) =>
  Stream.mkString(Stream.decodeText(encodeLine(snapshotOf(archived))))
