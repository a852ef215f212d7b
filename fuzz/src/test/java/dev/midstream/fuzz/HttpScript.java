package dev.midstream.fuzz;

import java.util.ArrayList;
import java.util.List;

/**
 * Requests and their responses, drawn from octets, and what each end must receive where {@code
 * /admin} is denied.
 */
final class HttpScript {
  static final String PAGE_HEAD =
      """
      HTTP/1.1 403 Forbidden
      Content-Type: text/plain; charset=utf-8
      Content-Length: 14

      """
          .replace("\n", "\r\n");
  static final String PAGE = PAGE_HEAD + "403 Forbidden\n";
  private static final String HOST = " HTTP/1.1\r\nHost: h\r\n";
  private static final String END = HOST + "\r\n";
  private static final String SMUGGLED = "GET /admin" + END;
  private static final int MOST = 60;

  /** One part: what an end sends. */
  record Part(boolean isClient, String text) {}

  private final List<Part> parts = new ArrayList<>();
  private final StringBuilder toServer = new StringBuilder();
  private final StringBuilder toClient = new StringBuilder();

  /** The responses that the server has not sent. */
  private final List<String> due = new ArrayList<>();

  private int requests;

  HttpScript(byte[] input) {
    for (int i = 0; i < input.length && requests < MOST; i++) {
      add(input[i] & 0xf, (input[i] >> 4) & 7);
      if (input[i] < 0) {
        answerAll();
      }
    }
    answerAll();
  }

  List<Part> parts() {
    return parts;
  }

  String toServer() {
    return toServer.toString();
  }

  String toClient() {
    return toClient.toString();
  }

  private void add(int kind, int answer) {
    String counted = HOST + "Content-Length: " + SMUGGLED.length() + "\r\n\r\n" + SMUGGLED;
    switch (kind) {
      case 0 -> deny("GET /admin" + END, PAGE);
      case 1 -> deny("GET http://h/x/%2e%2e/%61dmin?x" + END, PAGE);
      case 2 -> deny("POST //admin/" + counted, PAGE);
      case 3 -> deny("HEAD /admin" + END, PAGE_HEAD);
      case 4 -> deny("GET /x%2f..%2fadmin" + END, PAGE);
      case 5 -> pass("HEAD /p", END, "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n");
      case 6 -> pass("POST /p", counted, response(answer));
      case 7 -> pass("PUT /p", chunked(answer + 1), response(answer));
      case 8 -> pass("GET /p", " HTTP/1.0\r\n\r\n", response(answer));
      case 9 -> pass("GET http://h:80/p", END, response(answer));
      case 10 -> {
        send("\r\n");
        pass("GET /after-an-empty-line", END, response(answer));
      }
      default -> pass("GET /p", END, response(answer));
    }
  }

  private void deny(String request, String page) {
    requests++;
    send(request);
    toClient.append(page);
  }

  /** The number of the request stands in its target and in its response. */
  private void pass(String start, String rest, String response) {
    String request = start + requests + rest;
    send(request);
    toServer.append(request);
    String numbered = response.replaceFirst("\r\n", "\r\nX-Number: " + requests + "\r\n");
    due.add(numbered);
    toClient.append(numbered);
    requests++;
  }

  private void send(String text) {
    parts.add(new Part(true, text));
  }

  private void answerAll() {
    due.forEach(response -> parts.add(new Part(false, response)));
    due.clear();
  }

  private static String chunked(int size) {
    StringBuilder text = new StringBuilder(HOST + "Transfer-Encoding: chunked\r\n\r\n");
    for (int at = 0; at < SMUGGLED.length(); at += size) {
      String data = SMUGGLED.substring(at, Math.min(SMUGGLED.length(), at + size));
      text.append(Integer.toHexString(data.length())).append(";a=b\r\n").append(data);
      text.append("\r\n");
    }
    return text + "0\r\nX-Sum: 1\r\n\r\n";
  }

  private static String response(int kind) {
    return switch (kind) {
      case 0 -> "HTTP/1.1 204 No Content\r\n\r\n";
      case 1 -> "HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n";
      case 2 -> "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nHTT\r\n0\r\n\r\n";
      case 3 -> "HTTP/1.1 103 x\r\n\r\nHTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";
      case 4 -> "HTTP/1.0 200 OK\r\nContent-Length: " + PAGE.length() + "\r\n\r\n" + PAGE;
      default -> "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabc";
    };
  }
}
