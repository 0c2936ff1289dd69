import { describe } from "@effect/vitest"
import { onEveryStore } from "../../test-utils/stores.ts"
import { describeAppend } from "./append.ts"
import { describeCreate } from "./create.ts"
import { describeEntityTags } from "./entity-tags.ts"
import { describeFork } from "./fork.ts"
import { describeList } from "./list.ts"
import { describeMessages } from "./messages.ts"
import { describeRemove } from "./remove.ts"
import { describeSearch } from "./search.ts"
import { describeTitle } from "./title.ts"
import { describeTwoTabs } from "./two-tabs.ts"
import { describeUpdate } from "./update.ts"

onEveryStore("the sessions API", (it) => {
  describe("creating a session", () => describeCreate(it))
  describe("listing sessions", () => describeList(it))
  describe("searching sessions", () => describeSearch(it))
  describe("a page of messages", () => describeMessages(it))
  describe("appending a message", () => describeAppend(it))
  describe("changing a session", () => describeUpdate(it))
  describe("removing a session", () => describeRemove(it))
  describe("forking a session", () => describeFork(it))
  describe("a session without a title", () => describeTitle(it))
  describe("the ETag of a session", () => describeEntityTags(it))
  describe("two tabs", () => describeTwoTabs(it))
})
