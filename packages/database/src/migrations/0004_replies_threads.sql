CREATE TABLE "replies" (
	"session_id" text NOT NULL,
	"id" text NOT NULL,
	"question_id" text NOT NULL,
	"question_sequence" integer NOT NULL,
	"regenerates" text,
	"attempt" integer NOT NULL,
	"status" text NOT NULL,
	"chunk_count" integer NOT NULL,
	"message_sequence" integer,
	"lease_until" timestamp (3) with time zone,
	"created_at" timestamp (3) with time zone NOT NULL,
	"ended_at" timestamp (3) with time zone,
	CONSTRAINT "replies_pkey" PRIMARY KEY("session_id","id"),
	CONSTRAINT "replies_id_bytes" CHECK (octet_length("replies"."id") between 1 and 128),
	CONSTRAINT "replies_question_id_bytes" CHECK (octet_length("replies"."question_id") between 1 and 128),
	CONSTRAINT "replies_regenerates_bytes" CHECK (octet_length("replies"."regenerates") between 1 and 128),
	CONSTRAINT "replies_status" CHECK ("replies"."status" in ('streaming', 'complete', 'interrupted', 'cancelled')),
	CONSTRAINT "replies_counts" CHECK ("replies"."attempt" >= 1 and "replies"."chunk_count" >= 0 and "replies"."question_sequence" >= 1 and "replies"."message_sequence" > "replies"."question_sequence"),
	CONSTRAINT "replies_lease" CHECK (("replies"."status" = 'streaming') = ("replies"."lease_until" is not null)),
	CONSTRAINT "replies_end" CHECK (("replies"."status" = 'streaming') = ("replies"."ended_at" is null)),
	CONSTRAINT "replies_message" CHECK ("replies"."status" <> 'streaming' or "replies"."message_sequence" is null)
);
--> statement-breakpoint
CREATE TABLE "reply_chunks" (
	"session_id" text NOT NULL,
	"reply_id" text NOT NULL,
	"index" integer NOT NULL,
	"parts" jsonb NOT NULL,
	CONSTRAINT "reply_chunks_pkey" PRIMARY KEY("session_id","reply_id","index"),
	CONSTRAINT "reply_chunks_index" CHECK ("reply_chunks"."index" >= 1),
	CONSTRAINT "reply_chunks_parts" CHECK (jsonb_typeof("reply_chunks"."parts") = 'array')
);
--> statement-breakpoint
CREATE TABLE "threads" (
	"thread_id" text NOT NULL,
	"resource_id" text NOT NULL,
	"owner" text NOT NULL,
	"session_id" text NOT NULL,
	"metadata" jsonb NOT NULL,
	"created_at" timestamp (3) with time zone NOT NULL,
	"updated_at" timestamp (3) with time zone NOT NULL,
	CONSTRAINT "threads_pkey" PRIMARY KEY("thread_id","resource_id","owner"),
	CONSTRAINT "threads_thread_id_bytes" CHECK (octet_length("threads"."thread_id") between 1 and 255),
	CONSTRAINT "threads_resource_id_bytes" CHECK (octet_length("threads"."resource_id") between 1 and 255),
	CONSTRAINT "threads_owner_bytes" CHECK (octet_length("threads"."owner") <= 255),
	CONSTRAINT "threads_metadata" CHECK (jsonb_typeof("threads"."metadata") = 'object'),
	CONSTRAINT "threads_times" CHECK ("threads"."updated_at" >= "threads"."created_at")
);
--> statement-breakpoint
ALTER TABLE "replies" ADD CONSTRAINT "replies_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "reply_chunks" ADD CONSTRAINT "reply_chunks_reply_fk" FOREIGN KEY ("session_id","reply_id") REFERENCES "public"."replies"("session_id","id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "threads" ADD CONSTRAINT "threads_session_id_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE UNIQUE INDEX "idx_replies_streaming" ON "replies" USING btree ("session_id") WHERE "replies"."status" = 'streaming';--> statement-breakpoint
CREATE UNIQUE INDEX "idx_replies_question" ON "replies" USING btree ("session_id","question_id","attempt");--> statement-breakpoint
CREATE INDEX "idx_replies_lease" ON "replies" USING btree ("lease_until") WHERE "replies"."status" = 'streaming';--> statement-breakpoint
CREATE INDEX "idx_replies_ended" ON "replies" USING btree ("ended_at") WHERE "replies"."chunk_count" > 0;--> statement-breakpoint
CREATE INDEX "idx_threads_resource_updated" ON "threads" USING btree ("resource_id","owner","updated_at" DESC NULLS FIRST,"thread_id" DESC NULLS FIRST);--> statement-breakpoint
CREATE INDEX "idx_threads_session" ON "threads" USING btree ("session_id");--> statement-breakpoint
CREATE INDEX "idx_sessions_parent" ON "sessions" USING btree ("parent_id") WHERE "sessions"."parent_id" is not null;