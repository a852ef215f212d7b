package dev.midstream.agents.http;

import dev.midstream.agent.Octets;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * Rewrites URLs in the target and Host of requests, and in Location, Content-Location, Link and
 * Set-Cookie of responses. The first pair that changes a value is the only one.
 *
 * @param pairs the pairs in their order
 */
record UrlRewrites(List<UrlRewrite> pairs) {
  private static final Octets LOCATION = Octets.ofLatin1("location");
  private static final Octets CONTENT_LOCATION = Octets.ofLatin1("content-location");
  private static final Octets LINK = Octets.ofLatin1("link");
  private static final Octets SET_COOKIE = Octets.ofLatin1("set-cookie");

  UrlRewrites {
    pairs = List.copyOf(pairs);
  }

  /** Edits a request; returns whether a URL has changed. */
  boolean editRequest(RequestHead request, HeadEdits edits) {
    if (pairs.isEmpty()) {
      return false;
    }
    Head head = request.head();
    String target = first(request.target(), pair -> text -> pair.target(text));
    boolean isChanged = !target.equals(request.target());
    if (isChanged) {
      int start = head.start() + request.method().length() + 1;
      edits.replace(start, start + request.target().length(), target);
    }
    for (Field field : head.fields()) {
      if (head.is(field, Names.HOST)) {
        isChanged |= edit(field, head, edits, pair -> text -> pair.host(text));
      }
    }
    return isChanged;
  }

  /** Edits a response; returns whether a URL has changed. */
  boolean editResponse(Head head, HeadEdits edits) {
    boolean isChanged = false;
    for (Field field : pairs.isEmpty() ? List.<Field>of() : head.fields()) {
      if (head.is(field, LOCATION) || head.is(field, CONTENT_LOCATION)) {
        isChanged |= edit(field, head, edits, pair -> text -> pair.location(text));
      } else if (head.is(field, LINK)) {
        isChanged |= edit(field, head, edits, pair -> text -> pair.link(text));
      } else if (head.is(field, SET_COOKIE)) {
        isChanged |= edit(field, head, edits, pair -> text -> pair.cookie(text));
      }
    }
    return isChanged;
  }

  private boolean edit(Field field, Head head, HeadEdits edits, By by) {
    String value = head.value(field);
    String other = first(value, by);
    boolean isChanged = !other.equals(value) && !edits.isEdited(field);
    if (isChanged) {
      edits.setValue(field, other);
    }
    return isChanged;
  }

  private String first(String text, By by) {
    for (UrlRewrite pair : pairs) {
      String other = by.pair(pair).apply(text);
      if (!other.equals(text)) {
        return other;
      }
    }
    return text;
  }

  /** What a pair does to a text. */
  @FunctionalInterface
  private interface By {
    UnaryOperator<String> pair(UrlRewrite pair);
  }
}
