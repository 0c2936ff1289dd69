import { exampleFile } from "@workspace/contracts"
import { deleting, type Exchange, posting } from "./exchange.ts"

const assessment = (id: string) => `/api/assessment/sessions/${id}`
const chat = (id: string) => `/api/chat/${id}`
const session = (id: string) => `/api/sessions/${id}`
const workspace = (id: string) => `/api/workspaces/${id}`

/** A good request to each operation, with a name in it that says how it is to fail. */
export const requests: Readonly<Record<string, (name: string) => Exchange>> = {
  startAssessment: (userId) => posting("/api/assessment/start", { userId }),
  sendMessage: (sessionId) => posting("/api/assessment/message", { sessionId, message: "hello" }),
  getAssessmentSession: (id) => ({ path: assessment(id) }),
  getResults: (id) => ({ path: `${assessment(id)}/results` }),
  pauseAssessment: (id) => posting(`${assessment(id)}/pause`, ""),
  resumeAssessment: (id) => posting(`${assessment(id)}/resume`, ""),
  completeAssessment: (id) => posting(`${assessment(id)}/complete`, ""),
  listSessions: (agent) => ({ path: `/api/sessions?agent=${agent}` }),
  // Only an answer that is given again can be about a session that is missing.
  createSession: (userId) =>
    posting(
      "/api/sessions",
      { userId },
      userId === "missing" ? { "idempotency-key": "of a session that is gone" } : {}
    ),
  getSession: (id) => ({ path: session(id) }),
  updateSession: (id) => ({ ...posting(session(id), { title: "A title" }), method: "PUT" }),
  deleteSession: (id) => ({ method: "DELETE", path: session(id) }),
  listMessages: (id) => ({ path: `${session(id)}/messages` }),
  appendMessage: (id) => posting(`${session(id)}/messages`, { role: "user", content: "hello" }),
  listEstimates: (id) => ({ path: `${session(id)}/estimates` }),
  forkSession: (id) => posting(`${session(id)}/fork`, { atSequence: 0 }),
  claimSession: (id) => posting(`${session(id)}/claim`, { claimToken: "x".repeat(43) }),
  listThreads: (resourceId) => ({ path: `/api/threads?resourceId=${resourceId}` }),
  getThread: (resourceId) => ({ path: `/api/threads/thread?resourceId=${resourceId}` }),
  setThreadMetadata: (resourceId) =>
    posting("/api/threads/metadata", { threadId: "thread", resourceId, metadata: {} }),
  deleteThread: (resourceId) => deleting("/api/threads", { threadId: "thread", resourceId }),
  // Only what is answered again needs its thread to be there.
  chat: (sessionId) =>
    posting("/api/chat", {
      sessionId,
      message: "hello",
      ...(sessionId === "threadless" ? { trigger: "regenerate-message" } : {})
    }),
  streamChat: (id) => ({ path: `${chat(id)}/stream` }),
  stopChat: (id) => posting(`${chat(id)}/stop`, ""),
  forkChat: (sessionId) => posting("/api/chat/fork", { sessionId, message: "hello" }),
  saveSession: (sessionId) => posting("/api/session/save", { sessionId }),
  loadSavedSession: (id) => ({ path: `/api/session/load/${id}` }),
  listSavedSessions: (agent) => ({ path: `/api/session/list?agent=${agent}` }),
  countSavedSessions: (agent) => ({ path: `/api/session/count?agent=${agent}` }),
  deleteSavedSession: (id) => ({ method: "DELETE", path: `/api/session/${id}` }),
  exportSession: (id) => ({ path: `${session(id)}/export` }),
  exportSessions: (agent) => ({ path: `/api/sessions/export?agent=${agent}` }),
  importSessions: (title) => posting(`/api/sessions/import?merge=true&title=${title}`, exampleFile),
  listWorkspaces: () => ({ path: "/api/workspaces" }),
  createWorkspace: (name) => posting("/api/workspaces", { name }),
  restoreWorkspaces: () => posting("/api/workspaces/restore", ""),
  getWorkspace: (id) => ({ path: workspace(id) }),
  updateWorkspace: (id) => ({ ...posting(workspace(id), { status: "waiting" }), method: "PATCH" }),
  recordWorkspaceActivity: (id) => posting(`${workspace(id)}/activity`, ""),
  destroyWorkspace: (id) => ({ method: "DELETE", path: workspace(id) }),
  health: () => ({ path: "/health" }),
  ready: () => ({ path: "/ready" }),
  metrics: () => ({ path: "/metrics" })
}
