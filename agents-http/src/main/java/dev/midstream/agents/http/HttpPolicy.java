package dev.midstream.agents.http;

import org.jspecify.annotations.Nullable;

/**
 * The settings of a rule.
 *
 * @param connect whether CONNECT passes
 * @param upgrades the protocols to which a connection may change
 * @param requests which requests pass
 * @param requestFields what is edited in heads of requests
 * @param responseFields what is edited in heads of responses
 * @param urls what is rewritten in both
 * @param bodies which bodies of responses are edited
 * @param limits the limits
 */
record HttpPolicy(
    boolean connect,
    Upgrades upgrades,
    RequestRules requests,
    FieldEdits requestFields,
    FieldEdits responseFields,
    UrlRewrites urls,
    BodyPolicy bodies,
    Limits limits) {
  /** Why a request is denied; null if it is not. */
  @Nullable Denial denialOf(RequestHead request) {
    if (request.method().equals("CONNECT") && !connect) {
      return new Denial(HttpReason.DENIED_CONNECT, "method=CONNECT", Page.FORBIDDEN);
    }
    if (request.upgrade() == Upgrade.DENIED) {
      return new Denial(HttpReason.DENIED_UPGRADE, "the field Upgrade", Page.FORBIDDEN);
    }
    return requests.denialOf(request);
  }

  /** Octets of one direction that may stay undecided. */
  int maxHold() {
    int body = BodyEditor.maxHold(bodies, limits);
    return Math.max(limits.headBytes() + body, limits.trailerBytes());
  }
}
