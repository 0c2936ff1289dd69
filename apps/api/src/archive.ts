import { FileArchiveStore } from "@workspace/archive"
import { ArchiveRepositoryPg } from "@workspace/database"
import { ArchiveKeeper, ArchiveStore } from "@workspace/domain"
import { Cause, Effect, Exit, Layer, Option } from "effect"
import type * as Config from "./config.ts"
import { Metrics } from "./metrics.ts"
import { SaveSignal } from "./save-signal.ts"
import { timed } from "./timed.ts"

type Outcome = Parameters<Metrics["Type"]["saved"]>[0]["outcome"]

/** The files of saved sessions, whose saves are counted. */
const layerCounting = <E, R>(store: Layer.Layer<ArchiveStore, E, R>) =>
  Layer.effect(
    ArchiveStore,
    Effect.gen(function* () {
      const files = yield* ArchiveStore
      const metrics = yield* Metrics
      const counted = <A, E>(
        step: Effect.Effect<A, E>,
        outcomes: {
          readonly success: (value: A) => Outcome | undefined
          readonly failure: (error: E) => Outcome
        }
      ) =>
        timed(step, (exit, seconds) => {
          const outcome = Exit.isSuccess(exit)
            ? outcomes.success(exit.value)
            : Option.getOrUndefined(Option.map(Cause.failureOption(exit.cause), outcomes.failure))
          if (outcome !== undefined) metrics.saved({ outcome, seconds })
        })
      const failure = ({ _tag }: Effect.Effect.Error<ReturnType<typeof files.save>>): Outcome =>
        _tag === "SessionNotFoundError" ? "gone" : "failed"
      return {
        ...files,
        save: (id, read) => counted(files.save(id, read), { success: () => "saved", failure }),
        renew: (id, read) =>
          counted(files.renew(id, read), {
            success: (saved) => (Option.isSome(saved) ? "saved" : undefined),
            failure
          }),
        // Who cannot find out what is saved does not come to save.
        find: (id) => counted(files.find(id), { success: () => undefined, failure: () => "failed" })
      }
    })
  ).pipe(Layer.provide(store))

const layerFollowing = Layer.scopedDiscard(
  Effect.flatMap(Effect.all([SaveSignal, ArchiveKeeper]), ([signal, keeper]) => signal.followedBy(keeper))
)

/** Saved sessions in files, and who saves those of this process by itself; the database and the agents are still requirements. */
export const layer = ({
  archiveDirectory,
  autoSaveEvery
}: Pick<Config.Settings, "archiveDirectory" | "autoSaveEvery">) =>
  layerFollowing.pipe(
    Layer.provideMerge(ArchiveKeeper.layer({ savesEvery: autoSaveEvery })),
    Layer.provideMerge(layerCounting(FileArchiveStore.layer({ directory: archiveDirectory }))),
    Layer.provide([ArchiveRepositoryPg.layer, SaveSignal.layer, Metrics.layer])
  )
