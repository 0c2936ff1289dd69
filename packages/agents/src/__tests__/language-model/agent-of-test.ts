import { NodeHttpClient } from "@effect/platform-node"
import {
  type AgentName,
  AgentPart,
  Conversation,
  Message,
  MessageContent,
  MessageId,
  type MessageRole
} from "@workspace/domain"
import { createTestSession } from "@workspace/domain/test-utils"
import {
  Cause,
  DateTime,
  Effect,
  HashMap,
  Layer,
  Logger,
  LogLevel,
  Option,
  Redacted,
  TestClock
} from "effect"
import { AgentDefinition } from "../../agent-definitions.ts"
import { LanguageModels } from "../../language-model/language-models.ts"
import type { Protocol } from "../../test-utils/protocols.ts"
import * as ProviderServer from "../../test-utils/provider-server.ts"

export const key = "sk-the-key-that-nobody-sees"

/** A conversation of these messages. */
export const talk = (...said: ReadonlyArray<readonly [role: MessageRole, content: string]>) => {
  const session = createTestSession()
  return new Conversation({
    session,
    messages: said.map(
      ([role, content], index) =>
        new Message({
          id: MessageId.make(`message_${index}`),
          sessionId: session.id,
          sequence: index + 1,
          role,
          content: MessageContent.make(content),
          metadata: {},
          createdAt: DateTime.unsafeMake(0)
        })
    )
  })
}

const modelOf = (provider: Protocol["provider"]) => (provider === "openai" ? "gpt-test" : "claude-test")

/** What an answer tells of who gives it. */
export const spokenBy = ({ provider }: Pick<Protocol, "provider">) =>
  AgentPart.Data({ data: { model: { provider, id: modelOf(provider) } } })

/** An agent of a provider that gives these replies; what the provider was asked, and everything that was logged. */
export const make = Effect.fnUntraced(function* (
  { provider }: Pick<Protocol, "provider">,
  replies: Parameters<typeof ProviderServer.make>[0],
  fields: Partial<Pick<AgentDefinition, "assesses" | "contextBytes">> & { readonly hasKey?: boolean } = {}
) {
  const server = yield* ProviderServer.make(replies)
  const log: Array<string> = []
  const logger = Logger.make(({ annotations, cause, logLevel, message }) => {
    log.push(
      `${logLevel.label} ${message} ${JSON.stringify(Object.fromEntries(HashMap.toEntries(annotations)))} ${Cause.pretty(cause)}`
    )
  })
  const settings = {
    apiKey: fields.hasKey === false ? Option.none() : Option.some(Redacted.make(key)),
    baseUrl: server.url
  }
  const name: AgentName = createTestSession().agent
  const definition = AgentDefinition.make({
    name,
    provider,
    systemPrompt: "You listen.",
    model: modelOf(provider),
    ...(fields.assesses === undefined ? {} : { assesses: fields.assesses }),
    ...(fields.contextBytes === undefined ? {} : { contextBytes: fields.contextBytes })
  })
  const layerLog = Layer.merge(
    Logger.replace(Logger.defaultLogger, logger),
    Logger.minimumLogLevel(LogLevel.All)
  )
  const models = yield* Layer.build(
    LanguageModels.layer({ openai: settings, anthropic: settings }).pipe(
      Layer.provide(NodeHttpClient.layerUndici)
    )
  )
  const agent = yield* Effect.flatMap(LanguageModels, (_) => _.agent(definition)).pipe(
    Effect.provide(models),
    Effect.provide(layerLog)
  )
  return { agent, asked: server.asked, log, layerLog }
})

/** Lets the clock run on until something is so. */
export const timePasses = (until: () => boolean) =>
  Effect.repeat(
    Effect.zipRight(
      TestClock.adjust("250 millis"),
      Effect.promise(() => new Promise((done) => setTimeout(done, 2)))
    ),
    { until: () => until() }
  )
