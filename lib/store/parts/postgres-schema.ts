const SCHEMA_VERSION = 3

/** Any number that no other use of advisory locks in the database has. */
const LOCK = 7_446_218_233

/**
 * A text of several statements, sent without values, is one transaction. Ids are compared byte by byte, as the other
 * stores do. A later version adds its step after the last, guarded by the version before.
 */
export const POSTGRES_SCHEMA: string = `
  SELECT pg_advisory_xact_lock(${LOCK});
  CREATE TABLE IF NOT EXISTS gatewarden_schema (version integer NOT NULL);
  INSERT INTO gatewarden_schema (version) SELECT 0 WHERE NOT EXISTS (SELECT FROM gatewarden_schema);
  DO $$
  DECLARE found integer := (SELECT version FROM gatewarden_schema);
  BEGIN
    IF found > ${SCHEMA_VERSION} THEN
      RAISE EXCEPTION 'the database has gatewarden schema %, this gatewarden knows ${SCHEMA_VERSION}: update it', found;
    END IF;
    IF found < 1 THEN
      CREATE TABLE gatewarden_api_keys (
        id text COLLATE "C" PRIMARY KEY,
        hash text NOT NULL UNIQUE,
        owner text NOT NULL,
        label text,
        environment text NOT NULL,
        scopes text NOT NULL,
        roles text NOT NULL,
        tenant_id text,
        tier text,
        user_id text,
        allowed_networks text,
        allowed_routes text,
        created_at double precision NOT NULL,
        expires_at double precision,
        revoked_at double precision,
        last_used_at double precision,
        replaced_by text,
        grace_until double precision
      );
      CREATE INDEX gatewarden_api_keys_by_owner ON gatewarden_api_keys (owner, id);
    END IF;
    IF found < 2 THEN
      CREATE TABLE gatewarden_revocations (
        position bigint PRIMARY KEY,
        id text NOT NULL,
        revocation text NOT NULL,
        expires_at double precision NOT NULL
      );
      CREATE INDEX gatewarden_revocations_by_expiry ON gatewarden_revocations (expires_at);
      CREATE TABLE gatewarden_revocation_position (last bigint NOT NULL);
      INSERT INTO gatewarden_revocation_position (last) VALUES (0);
    END IF;
    IF found < 3 THEN
      CREATE TABLE gatewarden_shared_keys (
        key_id text COLLATE "C" PRIMARY KEY,
        owner text NOT NULL,
        version integer NOT NULL,
        record text NOT NULL
      );
      CREATE INDEX gatewarden_shared_keys_by_owner ON gatewarden_shared_keys (owner, key_id);
    END IF;
    UPDATE gatewarden_schema SET version = ${SCHEMA_VERSION};
  END $$;
`
